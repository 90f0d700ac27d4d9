"""``gannet-train``: the command line.

Exit codes: 0 done, 2 the input or the question is wrong (one sentence on stderr, nothing written),
1 a bug, 130 interrupted.
"""

import sys

from gannet_train.arguments import analysis_parser, comparison_parser, training_parser
from gannet_train.refusal import Refusal


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parsers = {"analyze": analysis_parser, "compare": comparison_parser}
    word = arguments[0] if arguments and arguments[0] in parsers else "train"
    parser = parsers.get(word, training_parser)()
    given = parser.parse_args(arguments if word == "train" else arguments[1:])
    # The libraries take seconds to load: a wrong argument is told before.
    from gannet_train import commands  # noqa: PLC0415

    try:
        print(commands.COMMANDS[word](given))
    except Refusal as refusal:
        print(f"gannet-train: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("gannet-train: interrupted, nothing was written", file=sys.stderr)
        return 130
    return 0
