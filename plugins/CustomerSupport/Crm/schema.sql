-- Version 1. Money is in integer cents of EUR, dates are ISO 8601 text in UTC.
CREATE TABLE customers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    search_name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    street TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    city TEXT NOT NULL,
    country TEXT NOT NULL,
    customer_since TEXT NOT NULL
) STRICT;

CREATE TABLE products (
    id INTEGER PRIMARY KEY,
    sku TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    price_cents INTEGER NOT NULL CHECK (price_cents > 0),
    stock INTEGER NOT NULL CHECK (stock >= 0)
) STRICT;

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    status TEXT NOT NULL CHECK (status IN ('processing', 'in_transit', 'delivered', 'cancelled', 'returned')),
    placed_at TEXT NOT NULL,
    promised_on TEXT NOT NULL,
    delivered_on TEXT,
    shipping_cents INTEGER NOT NULL CHECK (shipping_cents >= 0),
    payment_method TEXT NOT NULL
) STRICT;
CREATE INDEX orders_by_customer ON orders (customer_id, placed_at);

-- The id of a line is the order's id followed by the number of the line: 10421 is the first line of order 1042.
CREATE TABLE order_lines (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    product_id INTEGER NOT NULL REFERENCES products (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    unit_price_cents INTEGER NOT NULL CHECK (unit_price_cents > 0),
    discount_cents INTEGER NOT NULL CHECK (discount_cents BETWEEN 0 AND quantity * unit_price_cents)
) STRICT;
CREATE INDEX order_lines_by_order ON order_lines (order_id);

CREATE TABLE shipments (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL UNIQUE REFERENCES orders (id),
    carrier TEXT NOT NULL,
    tracking TEXT NOT NULL UNIQUE,
    shipped_on TEXT NOT NULL,
    estimated_on TEXT NOT NULL
) STRICT;

CREATE TABLE shipment_events (
    id INTEGER PRIMARY KEY,
    shipment_id INTEGER NOT NULL REFERENCES shipments (id),
    at TEXT NOT NULL,
    place TEXT NOT NULL,
    event TEXT NOT NULL
) STRICT;
CREATE INDEX shipment_events_by_shipment ON shipment_events (shipment_id, at);

CREATE TABLE tickets (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    order_id INTEGER REFERENCES orders (id),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    priority TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
    created_at TEXT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE refunds (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    scope TEXT NOT NULL CHECK (scope IN ('shipping', 'item', 'full')),
    item_id INTEGER REFERENCES order_lines (id),
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    reason TEXT,
    created_at TEXT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    CHECK ((scope = 'item') = (item_id IS NOT NULL))
) STRICT;
-- Whatever the code above thinks, no part of an order is paid back twice.
CREATE UNIQUE INDEX refunds_once_per_scope ON refunds (order_id, scope, ifnull(item_id, 0));
