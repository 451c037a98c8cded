"""What the local services share: how they live, fail, remember, and send signed messages.

Each service is a folder beside this one, such as `sandbox.stripe`. Whatever is true of one vendor
alone stays there.
"""
