"""What `guildbank doctor` looks at: each file one part of the world.

Nothing here changes anything, and nothing here shows a secret.
"""
