"""`python -m brief`: the command line."""

from brief.cli import main

main()
