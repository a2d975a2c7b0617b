"""`python -m simulation.cli` is the command `epay`."""

from simulation.cli.app import main

if __name__ == "__main__":
    main()
