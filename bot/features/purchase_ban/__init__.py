"""Who may not buy: the button that ends a ban."""
