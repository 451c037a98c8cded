"""`python -m bot`: another name of `guildbank`."""

from app.cli.main import main

if __name__ == "__main__":
    main()
