"""Transfers of more points than one may have: the moves are spread over several."""
