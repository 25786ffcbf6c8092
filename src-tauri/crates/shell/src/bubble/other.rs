//! Bubbles on macOS and Windows, by `notify-rust`. Written from its documentation, never tried there.
//!
//! A click is reported to a thread of the bubble's own, so that only a few wait at a time; the oldest is then no longer
//! waited for by anybody but the system.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use notify_rust::{Notification, NotificationResponse};
use tokio::sync::mpsc;

use super::{Bubble, BubbleError, Bubbles, Click, ClickedOn};

/// So many bubbles wait for a click at a time.
const MOST_WAITING: usize = 16;

const OPEN: &str = "open";
const MUTE: &str = "mute";

/// Raises bubbles with the system's own notifications.
pub struct SystemBubbles {
    clicks: mpsc::Sender<Click>,
    waiting: Arc<AtomicUsize>,
}

impl SystemBubbles {
    /// Clicks are sent to `clicks`.
    #[must_use]
    pub fn new(clicks: mpsc::Sender<Click>) -> Self {
        Self {
            clicks,
            waiting: Arc::default(),
        }
    }
}

impl Bubbles for SystemBubbles {
    fn raise(&self, bubble: Bubble) -> Pin<Box<dyn Future<Output = Result<(), BubbleError>> + Send + '_>> {
        let (clicks, waiting) = (self.clicks.clone(), Arc::clone(&self.waiting));
        Box::pin(async move {
            let (raised, answer) = tokio::sync::oneshot::channel();
            let thread = std::thread::Builder::new().name("signalbox-bubble".to_owned());
            let started = thread.spawn(move || {
                let shown = form(&bubble).show();
                let handle = match shown {
                    Ok(handle) => {
                        let _gone = raised.send(Ok(()));
                        handle
                    }
                    Err(error) => {
                        let _gone = raised.send(Err(BubbleError(error.to_string())));
                        return;
                    }
                };
                if waiting.fetch_add(1, Ordering::SeqCst) < MOST_WAITING {
                    let _ended = handle.wait_for_response(|response: &NotificationResponse| {
                        let on = match response {
                            NotificationResponse::Default => ClickedOn::Body,
                            NotificationResponse::Action(id) if id == OPEN => ClickedOn::Body,
                            NotificationResponse::Action(id) if id == MUTE => ClickedOn::Mute,
                            NotificationResponse::Action(_)
                            | NotificationResponse::Reply(_)
                            | NotificationResponse::Closed(_) => return,
                        };
                        let _over = clicks.blocking_send(Click {
                            on,
                            route: bubble.route.clone(),
                            activation: None,
                        });
                    });
                }
                waiting.fetch_sub(1, Ordering::SeqCst);
            });
            started.map_err(|error| BubbleError(error.to_string()))?;
            answer
                .await
                .unwrap_or_else(|_| Err(BubbleError("the notification was not shown".to_owned())))
        })
    }
}

fn form(bubble: &Bubble) -> Notification {
    let mut form = Notification::new();
    form.summary(&bubble.summary)
        .body(&bubble.body)
        .action(OPEN, "Open");
    if bubble.can_be_muted {
        form.action(MUTE, "Mute this incident");
    }
    #[cfg(windows)]
    form.app_id(crate::APP_ID);
    form
}
