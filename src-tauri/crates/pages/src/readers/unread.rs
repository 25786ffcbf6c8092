//! What is not read, and why: kept beside the readers so that the documentation tells it.

/// Platforms and pages without a reader of their own, each with the reason. Where one of them has a feed, the feed's reader
/// serves; else the page is "not readable by programs", and never shown as well.
pub const UNREAD: &[(&str, &str)] = &[
    (
        "Algolia",
        "the interface behind its page is undocumented, and its Statuspage paths answer with a web page",
    ),
    (
        "Auth0",
        "one feed for each tenant, which the feed's reader reads if its address is given",
    ),
    (
        "Cronitor, iLert, LambStatus, OneUptime, OnlineOrNot, Rootly, StatusCake, StatusHub, Uptime.com",
        "known from other people's code alone, not from a document or a recorded payload",
    ),
    (
        "DeepL, Vultr, Webex, Zscaler",
        "known from other people's code alone, not from a document or a recorded payload",
    ),
    ("Fastly", "refuses programs; parts of its feed may be read"),
    ("Flashduty (DeepSeek)", "its feed is read by the feed's reader"),
    (
        "Freshstatus",
        "known from other people's code alone; its feed is read by the feed's reader",
    ),
    (
        "Hetzner",
        "its feed is read by the feed's reader; it tells no phases, so its incidents have none",
    ),
    (
        "Hund",
        "its public data is a stream of events without an end; its feed is read by the feed's reader",
    ),
    ("IBM Cloud", "its feed is read by the feed's reader"),
    (
        "Meta",
        "the interface behind its page is undocumented; its feeds hold open events and are read by the feed's reader",
    ),
    (
        "Microsoft 365",
        "no documented public interface: what the page itself asks is undocumented, and tells of consumers' services only",
    ),
    (
        "Okta",
        "its page is a web page without a documented interface; its feed is read by the feed's reader",
    ),
    (
        "PayPal",
        "its interface was seen answering with a web page; its feeds are read by the feed's reader",
    ),
    ("Pingdom public reports", "nothing in them is made for programs"),
    (
        "PlayStation",
        "known from other people's code alone, and it has no feed",
    ),
    ("RingCentral, Resend, Signal, X, Odoo", "web pages alone"),
    (
        "ServiceNow, SAP Cloud, Workday",
        "behind a sign-in or one page for each tenant",
    ),
    ("Staytus, Statping, Vigil", "no recorded payload and little used"),
    (
        "Steam",
        "publishes no status: what others show is measured by them",
    ),
    (
        "Stripe's old status.stripe.com/current",
        "frozen since February 2024 and for ever green; www.stripestatus.com is read",
    ),
];
