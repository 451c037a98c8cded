"""Import this before SimCord.

SimCord makes a client without intents when it is imported, to see whether it knows this discord.py;
discord.py warns of that. A person who starts the demo should not wonder.
"""

import logging

logging.getLogger("discord").setLevel(logging.ERROR)
