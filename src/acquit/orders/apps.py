"""Registers the room `orders` with Django."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """The room `orders`."""

    name = "acquit.orders"
    label = "orders"
