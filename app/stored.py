"""The database of a process, and what reads and writes it beside the books."""

from payments.infra.settings import Settings
from payments.store.engine.database import open_database
from payments.store.outbox.deliveries import Deliveries
from payments.store.queries import Queries
from payments.store.records.admissions import Admissions
from payments.store.records.answers import Answers
from payments.store.records.guild_names import GuildNames
from payments.store.records.mod_cards import ModCards
from payments.store.records.notices import Notices
from payments.store.records.panels import Panels
from payments.store.records.provider_states import ProviderStates
from payments.store.records.sku_choices import SkuChoices


class Stored:
    """The database, and what reads and writes it. Opens no connection.

    Args:
        settings: Say where it is.
    """

    def __init__(self, settings: Settings) -> None:
        self.database = open_database(settings.database_url)
        self.queries = Queries(self.database.reader)
        self.answers = Answers(self.database)
        self.mod_cards = ModCards(self.database)
        self.deliveries = Deliveries(self.database)
        self.notices = Notices(self.database)
        self.guild_names = GuildNames(self.database)
        self.panels = Panels(self.database)
        self.sku_choices = SkuChoices(self.database)
        self.admissions = Admissions(self.database)
        self.provider_states = ProviderStates(self.database)
