"""Trains the models that Gannet trades with, and exports them as ONNX with a manifest.

``training.py`` reads from top to bottom what a run does; every other module is one step of it.
"""

__version__ = "0.1.0"
