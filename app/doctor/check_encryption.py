"""Check of what is encrypted: can it be read, and are older keys still needed?"""

from app.doctor.context import Context
from payments.infra.finding import Finding, error, ok, warning
from payments.store.reencrypt import look

CHECK = "Encryption"


async def check_encryption(context: Context) -> list[Finding]:
    """What is found of the keys in the settings."""
    standing = await look(context.guildbank.database, context.guildbank.services.encryptor)
    if standing.unreadable:
        return [
            error(
                CHECK,
                f"{standing.unreadable:,} encrypted values can be read by none of ENCRYPTION_KEYS.",
                "Add the key that is missing behind the first one; else members' open answers do "
                "not change, and those subscribers hear of nothing.",
            )
        ]
    if standing.older:
        return [
            warning(
                CHECK,
                f"{standing.older:,} values are encrypted with older keys.",
                "Run `guildbank reencrypt`; then the keys behind the first can be removed.",
            )
        ]
    return [ok(CHECK, "Everything encrypted is under the first of ENCRYPTION_KEYS.")]
