"""What cannot be trained on."""


class Refusal(Exception):  # noqa: N818 (an answer, no failure)
    """Input that must not become a model; the message is one sentence for the operator.

    The command line prints it and ends with exit code 2. Anything else that is raised is a bug.
    """
