"""The address of the web server as a setting: it stands in links that everybody reads."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, AnyHttpUrl


def _for_everybody(value: AnyHttpUrl) -> AnyHttpUrl:
    if value.username or value.password:
        raise ValueError("must hold no name and no password: everybody reads it")
    return value


PublicUrl: TypeAlias = Annotated[AnyHttpUrl, AfterValidator(_for_everybody)]
"""An address without name and password."""
