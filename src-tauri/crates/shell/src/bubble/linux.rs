//! Bubbles by way of `org.freedesktop.Notifications` (Desktop Notifications Specification 1.2): one connection and one
//! loop for the signals of all bubbles. `notify-rust` gives a bubble its form; its own transport opens a connection and
//! a thread for each.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::StreamExt as _;
use notify_rust::{Hint, Notification, Timeout, Urgency as Loudness};
use signalbox_channels::Urgency;
use tokio::sync::{Mutex as AsyncMutex, mpsc};
use zbus::{Connection, Variant, fdo::DBusProxy, names::OwnedUniqueName};

use super::{Bubble, BubbleError, Bubbles, Click, ClickedOn};
use crate::{APP_ID, route::Route};

/// The action that servers take a click on the bubble itself for.
const DEFAULT: &str = "default";
const OPEN: &str = "open";
const MUTE: &str = "mute";

/// So many bubbles are remembered, so that a click finds its place an hour later.
const REMEMBERED: usize = 256;

/// A server that does not answer keeps no program from ending.
const TAKING_BACK: Duration = Duration::from_secs(2);

/// The server closed the bubble because its time was over: it may still stand in a list of past ones.
const EXPIRED: u32 = 1;

#[zbus::proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications"
)]
trait Notifications {
    fn get_capabilities(&self) -> zbus::Result<Vec<String>>;

    #[expect(clippy::too_many_arguments, reason = "these are the specification's")]
    fn notify(
        &self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        summary: &str,
        body: &str,
        actions: &[String],
        hints: HashMap<&str, Variant<'_>>,
        expire_timeout: i32,
    ) -> zbus::Result<u32>;

    fn close_notification(&self, id: u32) -> zbus::Result<()>;

    #[zbus(signal)]
    fn action_invoked(&self, id: u32, action_key: String) -> zbus::Result<()>;

    #[zbus(signal)]
    fn notification_closed(&self, id: u32, reason: u32) -> zbus::Result<()>;

    #[zbus(signal)]
    fn activation_token(&self, id: u32, activation_token: String) -> zbus::Result<()>;
}

/// What is known of the bubbles that were raised.
#[derive(Debug, Default)]
struct Raised {
    bubbles: BTreeMap<u32, Known>,
    threads: BTreeMap<String, u32>,
    /// Counts the bubbles, so that the oldest can be forgotten.
    count: u64,
}

#[derive(Debug)]
struct Known {
    route: Route,
    thread: Option<String>,
    number: u64,
    activation: Option<String>,
}

impl Raised {
    fn remember(&mut self, id: u32, bubble: &Bubble) {
        self.count += 1;
        self.bubbles.insert(
            id,
            Known {
                route: bubble.route.clone(),
                thread: bubble.thread.clone(),
                number: self.count,
                activation: None,
            },
        );
        if let Some(thread) = &bubble.thread {
            self.threads.insert(thread.clone(), id);
        }
        if self.bubbles.len() > REMEMBERED
            && let Some(oldest) = self
                .bubbles
                .iter()
                .min_by_key(|(_, known)| known.number)
                .map(|(id, _)| *id)
        {
            self.forget(oldest);
        }
    }

    fn forget(&mut self, id: u32) {
        if let Some(thread) = self.bubbles.remove(&id).and_then(|known| known.thread)
            && self.threads.get(&thread) == Some(&id)
        {
            self.threads.remove(&thread);
        }
    }

    fn replaced_by(&self, bubble: &Bubble) -> u32 {
        let thread = bubble.thread.as_ref();
        thread
            .and_then(|thread| self.threads.get(thread).copied())
            .unwrap_or_default()
    }

    fn click(&mut self, id: u32, action: &str) -> Option<Click> {
        let known = self.bubbles.get_mut(&id)?;
        let on = match action {
            DEFAULT | OPEN => ClickedOn::Body,
            MUTE => ClickedOn::Mute,
            _ => return None,
        };
        Some(Click {
            on,
            route: known.route.clone(),
            activation: known.activation.take(),
        })
    }
}

/// Raises bubbles on the session bus.
pub struct BusBubbles {
    /// The bus's address; `None` for the session's.
    address: Option<String>,
    clicks: mpsc::Sender<Click>,
    raised: Arc<Mutex<Raised>>,
    server: AsyncMutex<Option<Server>>,
}

struct Server {
    proxy: NotificationsProxy<'static>,
    /// Who it is on the bus: another one has other capabilities and other bubbles.
    owner: OwnedUniqueName,
    capabilities: BTreeSet<String>,
    signals: tokio::task::JoinHandle<()>,
}

impl Server {
    async fn is_the_same(&self) -> bool {
        owner(&self.proxy).await.is_ok_and(|owner| owner == self.owner)
    }
}

async fn owner(proxy: &NotificationsProxy<'_>) -> zbus::Result<OwnedUniqueName> {
    let bus = DBusProxy::new(proxy.inner().connection()).await?;
    Ok(bus.get_name_owner(proxy.inner().destination().clone()).await?)
}

impl Drop for Server {
    fn drop(&mut self) {
        self.signals.abort();
    }
}

impl BusBubbles {
    /// Nothing is connected before the first bubble. Clicks are sent to `clicks`.
    #[must_use]
    pub fn new(clicks: mpsc::Sender<Click>) -> Self {
        Self::at(None, clicks)
    }

    /// The same on the bus of this address instead of the session's.
    #[must_use]
    pub fn at(address: Option<String>, clicks: mpsc::Sender<Click>) -> Self {
        Self {
            address,
            clicks,
            raised: Arc::default(),
            server: AsyncMutex::new(None),
        }
    }

    async fn connect(&self) -> zbus::Result<Server> {
        let connection = match &self.address {
            Some(address) => {
                zbus::connection::Builder::address(address.as_str())
                    .build()
                    .await?
            }
            None => Connection::session().await?,
        };
        let proxy = NotificationsProxy::new(&connection).await?;
        // Before the first bubble, so that no click can come too early.
        let actions = proxy.receive_action_invoked().await?;
        let closed = proxy.receive_notification_closed().await?;
        let tokens = proxy.receive_activation_token().await?;
        let capabilities = proxy.get_capabilities().await?.into_iter().collect();
        let owner = owner(&proxy).await?;
        let (clicks, raised) = (self.clicks.clone(), Arc::clone(&self.raised));
        let signals = tokio::spawn(async move {
            let (mut actions, mut closed, mut tokens) = (actions, closed, tokens);
            let known = || raised.lock().unwrap_or_else(PoisonError::into_inner);
            loop {
                tokio::select! {
                    // A token comes before the action that it belongs to.
                    biased;
                    Some(signal) = tokens.next() => {
                        if let Ok(said) = signal.args()
                            && let Some(bubble) = known().bubbles.get_mut(&said.id)
                        {
                            bubble.activation = Some(said.activation_token);
                        }
                    }
                    Some(signal) = actions.next() => {
                        let Ok(said) = signal.args() else { continue };
                        let click = known().click(said.id, &said.action_key);
                        if let Some(click) = click && clicks.send(click).await.is_err() {
                            return;
                        }
                    }
                    Some(signal) = closed.next() => {
                        if let Ok(said) = signal.args() && said.reason != EXPIRED {
                            known().forget(said.id);
                        }
                    }
                    else => return,
                }
            }
        });
        // A server that was not there before knows no bubble of a former one, and counts anew.
        *self.raised.lock().unwrap_or_else(PoisonError::into_inner) = Raised::default();
        Ok(Server {
            proxy,
            owner,
            capabilities,
            signals,
        })
    }

    async fn raise_on(&self, server: &Server, bubble: &Bubble) -> zbus::Result<()> {
        let form = form(bubble, &server.capabilities);
        let replaces = self
            .raised
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .replaced_by(bubble);
        let id = server
            .proxy
            .notify(
                &form.appname,
                replaces,
                &form.icon,
                &form.summary,
                &form.body,
                &form.actions,
                hints(&form),
                form.timeout.into(),
            )
            .await?;
        self.raised
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remember(id, bubble);
        Ok(())
    }
}

impl Bubbles for BusBubbles {
    fn raise(&self, bubble: Bubble) -> Pin<Box<dyn Future<Output = Result<(), BubbleError>> + Send + '_>> {
        Box::pin(async move {
            let mut server = self.server.lock().await;
            let connected = match server.take() {
                Some(connected) if connected.is_the_same().await => connected,
                Some(_) | None => self.connect().await.map_err(|error| in_words(&error))?,
            };
            match self.raise_on(&connected, &bubble).await {
                Ok(()) => {
                    *server = Some(connected);
                    Ok(())
                }
                // What is known of a server that does not answer is worth nothing: the next bubble begins anew.
                Err(error) => Err(in_words(&error)),
            }
        })
    }

    fn take_back(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let all = async {
            let server = self.server.lock().await;
            let Some(server) = &*server else { return };
            let raised = std::mem::take(&mut *self.raised.lock().unwrap_or_else(PoisonError::into_inner));
            for id in raised.bubbles.into_keys() {
                if let Err(error) = server.proxy.close_notification(id).await {
                    tracing::debug!(id, %error, "a bubble was not taken back");
                }
            }
        };
        Box::pin(async { drop(tokio::time::timeout(TAKING_BACK, all).await) })
    }
}

fn in_words(error: &zbus::Error) -> BubbleError {
    BubbleError(format!("no notification could be raised: {error}"))
}

/// The bubble in the form of the specification, as far as the server can show it.
fn form(bubble: &Bubble, capabilities: &BTreeSet<String>) -> Notification {
    let can = |capability: &str| capabilities.contains(capability);
    let mut form = Notification::new();
    form.appname("Signalbox")
        .icon(APP_ID)
        .summary(&bubble.summary)
        .timeout(Timeout::Default)
        .hint(Hint::DesktopEntry(APP_ID.to_owned()))
        .hint(Hint::Category("network".to_owned()))
        .hint(Hint::Urgency(match bubble.urgency {
            Urgency::Quiet => Loudness::Low,
            Urgency::Normal => Loudness::Normal,
            Urgency::High => Loudness::Critical,
        }));
    if can("body") {
        let body = if can("body-markup") {
            escaped(&bubble.body)
        } else {
            bubble.body.clone()
        };
        form.body(&body);
    }
    if can("actions") {
        form.action(DEFAULT, "Open").action(OPEN, "Open");
        if bubble.can_be_muted {
            form.action(MUTE, "Mute this incident");
        }
    }
    form
}

/// Text for a server that reads markup: none of it is ours, so that all of it is text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn hints(form: &Notification) -> HashMap<&'static str, Variant<'static>> {
    let mut hints = HashMap::new();
    for hint in &form.hints {
        if let Hint::DesktopEntry(entry) = hint {
            hints.insert("desktop-entry", Variant::from(entry.clone()));
        } else if let Hint::Category(category) = hint {
            hints.insert("category", Variant::from(category.clone()));
        } else if let Hint::Urgency(urgency) = hint {
            hints.insert("urgency", Variant::U8(*urgency as u8));
        }
    }
    hints
}
