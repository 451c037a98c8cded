"""Refusals, as PayPal words them (the names and sentences of its published documents)."""

from sandbox.base.common import Json

NAMES = {
    400: "INVALID_REQUEST",
    401: "AUTHENTICATION_FAILURE",
    403: "NOT_AUTHORIZED",
    404: "RESOURCE_NOT_FOUND",
    409: "RESOURCE_CONFLICT",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "UNPROCESSABLE_ENTITY",
    429: "RATE_LIMIT_REACHED",
    500: "INTERNAL_SERVER_ERROR",
    503: "SERVICE_UNAVAILABLE",
}

MESSAGES = {
    400: "Request is not well-formed, syntactically incorrect, or violates schema.",
    401: (
        "Authentication failed due to missing authorization header, or invalid authentication "
        "credentials."
    ),
    403: "Authorization failed due to insufficient permissions.",
    404: "The specified resource does not exist.",
    409: "The server has detected a conflict while processing this request.",
    415: "The server does not support the request payload's media type.",
    422: (
        "The requested action could not be performed, semantically incorrect, or failed business "
        "validation."
    ),
    429: "Too many requests. Blocked due to rate limiting.",
    500: "An internal server error occurred.",
    503: "Service Unavailable.",
}

_SENTENCES = {
    400: {
        "MISSING_REQUIRED_PARAMETER": "A required field / parameter is missing",
        "INVALID_STRING_LENGTH": "The value of a field is either too short or too long",
        "INVALID_PARAMETER_VALUE": "A parameter value is not valid.",
        "INVALID_PARAMETER_SYNTAX": "The value of a field does not conform to the expected format.",
        "INVALID_ARRAY_MIN_ITEMS": "The number of items in an array parameter is too small.",
        "INVALID_ARRAY_MAX_ITEMS": "The number of items in an array parameter is too large.",
        "MALFORMED_REQUEST_JSON": "The request JSON is not well formed.",
        "PAYPAL_REQUEST_ID_REQUIRED": (
            "A PayPal-Request-Id is required if you are trying to process payment for an Order. "
            "Please specify a PayPal-Request-Id or Create the Order without a 'payment_source' "
            "specified."
        ),
    },
    404: {
        "INVALID_RESOURCE_ID": (
            "Specified resource ID does not exist. Please check the resource ID and try again."
        ),
    },
    409: {
        "PREVIOUS_REQUEST_IN_PROGRESS": (
            "A previous request on this resource is currently in progress. Please wait for "
            "sometime and try again. It is best to space out the initial and the subsequent "
            "request(s) to avoid receiving this error."
        ),
    },
    422: {
        "PAYPAL_REQUEST_ID_PREVIOUSLY_USED": (
            "The PayPal-Request-ID has already been used for another request."
        ),
        "CANNOT_BE_ZERO_OR_NEGATIVE": (
            "Must be greater than zero. If the currency supports decimals, only two decimal "
            "place precision is supported."
        ),
        "DECIMAL_PRECISION": (
            "If the currency supports decimals, only two decimal place precision is supported."
        ),
        "DECIMALS_NOT_SUPPORTED": (
            "Currency does not support decimals. Please refer to "
            "https://developer.paypal.com/docs/api/reference/currency-codes/ for more "
            "information."
        ),
        "INVALID_CURRENCY_CODE": (
            "Currency code is invalid or is not currently supported. Please refer "
            "https://developer.paypal.com/api/rest/reference/currency-codes/ for list of "
            "supported currency codes."
        ),
        "AMOUNT_MISMATCH": (
            "Should equal item_total + tax_total + shipping + handling + insurance - "
            "shipping_discount - discount."
        ),
        "ORDER_NOT_APPROVED": (
            "Payer has not yet approved the Order for payment. Please redirect the payer to the "
            "'rel':'approve' url returned as part of the HATEOAS links within the Create Order "
            "call or provide a valid `payment_source` in the request."
        ),
        "ORDER_ALREADY_CAPTURED": (
            "Order already captured. If 'intent=CAPTURE' only one capture per order is allowed."
        ),
        "ORDER_ALREADY_AUTHORIZED": (
            "Order already authorized.If 'intent=AUTHORIZE' only one authorization per order is "
            "allowed."
        ),
        "ACTION_DOES_NOT_MATCH_INTENT": (
            "Order was created with an intent to 'CAPTURE'. Please use "
            "v2/checkout/orders/order_id/capture to complete the transaction or alternately "
            "Create an order with an intent of 'AUTHORIZE'."
        ),
        "DUPLICATE_INVOICE_ID": (
            "Duplicate Invoice ID detected. To avoid a potential duplicate transaction your "
            "account setting requires that Invoice Id be unique for each transaction."
        ),
        "INSTRUMENT_DECLINED": (
            "The instrument presented  was either declined by the processor or bank, or it can't "
            "be used for this payment."
        ),
        "MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED": (
            "You have exceeded the maximum number of payment attempts."
        ),
        "COMPLIANCE_VIOLATION": "Transaction is declined due to compliance violation.",
        "PAYER_CANNOT_PAY": (
            "Combination of payer and payee settings mean that this buyer cannot pay this seller."
        ),
        "TRANSACTION_REFUSED": "The request was refused.",
        "PAYEE_BLOCKED_TRANSACTION": (
            "The Fraud settings for this seller are such that this payment cannot be executed."
        ),
        "ORDER_COMPLETION_IN_PROGRESS": (
            "The order was created with processing_instruction of "
            "ORDER_COMPLETE_ON_PAYMENT_APPROVAL. The customer has approved the payment and "
            "PayPal is still in the process of capturing the order on your behalf as instructed. "
            "Please try your request again."
        ),
        "PAYER_ACTION_REQUIRED": (
            "Transaction cannot complete successfully, instruct the buyer to return to PayPal."
        ),
        "CAPTURE_FULLY_REFUNDED": "The capture has already been fully refunded",
        "REFUND_AMOUNT_EXCEEDED": (
            "The refund amount must be less than or equal to the capture amount that has not yet "
            "been refunded."
        ),
        "REFUND_CAPTURE_CURRENCY_MISMATCH": "Refund must be in the same currency as the capture",
        "PENDING_CAPTURE": (
            "Cannot initiate a refund as the capture is pending. Capture is typically pending "
            "when the payer has funded the transaction using e-check/bank funded."
        ),
        "REFUND_NOT_ALLOWED": "Capture cannot be refunded.",
        "REFUND_TIME_LIMIT_EXCEEDED": (
            "You are over the time limit to perform a refund on this capture"
        ),
        "TRANSACTION_DISPUTED": (
            "Partial refunds cannot be offered at this time because there is an open case on "
            "this transaction. Visit the PayPal Resolution Center to review this case."
        ),
        "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK": (
            "Refunds are not allowed on this capture due to a chargeback on the card or bank. "
            "Please contact the payee to resolve the chargeback."
        ),
        "REFUND_FAILED_INSUFFICIENT_FUNDS": (
            "Capture could not be refunded due to insufficient funds. Please check to see if you "
            "have sufficient funds in your PayPal account or if the bank account linked to your "
            "PayPal account is verified and has sufficient funds."
        ),
        "AUTHORIZATION_VOIDED": "A voided authorization cannot be captured or reauthorized. ",
        "AUTHORIZATION_EXPIRED": "An expired authorization cannot be captured.",
        "AUTHORIZATION_ALREADY_CAPTURED": "Authorization has previously been captured.",
        "PREVIOUSLY_VOIDED": (
            "Authorization has been previously voided and hence cannot be voided again."
        ),
        "PREVIOUSLY_CAPTURED": (
            "Authorization has been previously captured and hence cannot be voided."
        ),
    },
}
ISSUES = {
    code: (status, said) for status, each in _SENTENCES.items() for code, said in each.items()
}
"""The status and the sentence of each issue."""

PLANNABLE = (
    *("INSTRUMENT_DECLINED", "COMPLIANCE_VIOLATION", "PAYER_CANNOT_PAY", "TRANSACTION_REFUSED"),
    *("PAYEE_BLOCKED_TRANSACTION", "ORDER_COMPLETION_IN_PROGRESS", "PAYER_ACTION_REQUIRED"),
    "MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED",
)
"""What a capture may be refused with, on request."""


REFUSING_REFUNDS = (
    *("REFUND_FAILED_INSUFFICIENT_FUNDS", "REFUND_NOT_ALLOWED", "REFUND_TIME_LIMIT_EXCEEDED"),
    "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK",
)
"""What a refund may be refused with, on request."""


class ApiError(Exception):
    """A refusal.

    Attributes:
        details: Where and why.
        links: Where to go on, such as to another way to pay.
    """

    def __init__(
        self, status: int, details: list[Json] | None = None, links: list[Json] | None = None
    ) -> None:
        super().__init__(f"{status} {details}")
        self.status = status
        self.details = details
        self.links = links

    def render(self, debug_id: str) -> Json:
        """As the API shows it."""
        body: Json = {
            "name": NAMES[self.status],
            "message": MESSAGES[self.status],
            "debug_id": debug_id,
        }
        if self.details is not None:
            body["details"] = self.details
        if self.links is not None:
            body["links"] = self.links
        return body


def issue(
    code: str, field: str | None = None, value: object = None, links: list[Json] | None = None
) -> ApiError:
    """A refusal for one reason.

    Args:
        code: Such as `ORDER_NOT_APPROVED`.
        field: A JSON pointer to what is wrong, if it stands in the request.
        value: What stands there.
        links: Where to go on.
    """
    status, description = ISSUES[code]
    detail: Json = {"issue": code, "description": description}
    if field is not None:
        detail |= {"field": field, "location": "body"}
    if value is not None:
        detail["value"] = str(value)
    return ApiError(status, [detail], links)
