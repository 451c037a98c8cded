"""`/v1/customers` (Stripe: Customers)."""

import re
from typing import Final

from sandbox.base.common import Json
from sandbox.stripe.acts import customers
from sandbox.stripe.api.call import Call
from sandbox.stripe.api.errors import invalid, missing
from sandbox.stripe.api.forms import Params
from sandbox.stripe.api.lists import PAGING, created_filter, page
from sandbox.stripe.objects.customer import Customer
from sandbox.stripe.state import State

_LONGEST: Final = {"name": 256, "email": 512, "phone": 20, "description": 5000}
"""Stripe API: Create a customer."""


def create(call: Call) -> Json:
    """`POST /v1/customers`."""
    params, state = call.params, call.state
    params.supports(*_LONGEST, "metadata", "expand")
    customer = Customer(
        id=state.ids.new("cus"),
        created=state.now(),
        metadata=params.metadata(),
        name=_text(params, "name"),
        email=_text(params, "email"),
        phone=_text(params, "phone"),
        description=_text(params, "description"),
    )
    state.customers[customer.id] = customer
    state.emit("customer.created", customer)
    return customer.render()


def retrieve(call: Call) -> Json:
    """`GET /v1/customers/{id}`: one that was deleted says so, and nothing else."""
    return customer_of(call.state, call.ids["id"], deleted=True).render()


def update(call: Call) -> Json:
    """`POST /v1/customers/{id}`: an empty text takes a value away."""
    params, customer = call.params, customer_of(call.state, call.ids["id"])
    params.supports(*_LONGEST, "metadata", "expand")
    given = {name: _text(params, name) for name in _LONGEST if name in params}
    metadata = params.metadata(before=customer.metadata)

    def change() -> None:
        for name, value in given.items():
            setattr(customer, name, value)
        customer.metadata = metadata

    call.state.update("customer.updated", customer, change)
    return customer.render()


def delete(call: Call) -> Json:
    """`DELETE /v1/customers/{id}`: for good."""
    customer = customer_of(call.state, call.ids["id"])
    customers.delete(call.state, customer.id)
    return customer.render()


def listing(call: Call) -> Json:
    """`GET /v1/customers`: without those that were deleted."""
    params = call.params
    params.supports(*PAGING, "created", "email")
    email, within = params.text("email"), created_filter(params)
    found = [
        each
        for each in reversed(call.state.customers.values())
        if not each.deleted and within(each) and email in {None, each.email}
    ]
    return page(params, "/v1/customers", found, Customer.render)


def customer_of(
    state: State, customer_id: str, param: str = "id", *, deleted: bool = False, status: int = 404
) -> Customer:
    """A customer by its id.

    Args:
        state: What the local Stripe knows.
        customer_id: Its id.
        param: Where the id stood in the request.
        deleted: Whether one that was deleted will do.
        status: Of the refusal.

    Raises:
        ApiError: There is none.
    """
    found = state.customers.get(customer_id)
    if found is None or (found.deleted and not deleted):
        raise missing("customer", customer_id, param, status=status)
    return found


def _text(params: Params, name: str) -> str | None:
    value = params.text(name, longest=_LONGEST[name])
    if name == "email" and value and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        raise invalid(f"Invalid email address: {value}", name, "email_invalid")
    return value
