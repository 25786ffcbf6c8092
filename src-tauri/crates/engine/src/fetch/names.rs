//! The addresses of names, as the operating system has them.

use std::{
    io,
    net::{SocketAddr, ToSocketAddrs},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::Semaphore;

/// How many names are looked up at a time. The system's call blocks its thread until it has an answer or gives up, also
/// where nobody waits for it any more, and the runtime has 512 such threads: the others are for reading the store, so that a
/// name server that swallows questions holds up no answer.
const AT_A_TIME: usize = 256;

type LookUp = dyn Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// Looks names up, a bounded number at a time. Clones share the bound.
#[derive(Clone)]
pub(super) struct Names {
    turns: Arc<Semaphore>,
    look_up: Arc<LookUp>,
}

impl Names {
    /// As the operating system does.
    pub(super) fn of_the_system() -> Self {
        Self::new(AT_A_TIME, |name| {
            (name, 0).to_socket_addrs().map(Iterator::collect)
        })
    }

    fn new(
        at_a_time: usize,
        look_up: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(at_a_time)),
            look_up: Arc::new(look_up),
        }
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let Self { turns, look_up } = self.clone();
        Box::pin(async move {
            let turn = turns.acquire_owned().await?;
            let found = tokio::task::spawn_blocking(move || {
                let found = look_up(name.as_str());
                drop(turn);
                found
            });
            let addresses: Addrs = Box::new(found.await??.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod t5_nobody_waits_for_somebody_elses_host {
    use std::sync::{Condvar, Mutex};

    use super::*;

    #[derive(Default)]
    struct NameServer {
        asked: Mutex<(usize, bool)>,
        changed: Condvar,
    }

    impl NameServer {
        /// Swallows the question until it answers all.
        fn ask(&self) {
            let mut asked = self.asked.lock().unwrap();
            asked.0 += 1;
            self.changed.notify_all();
            let _answered = self.changed.wait_while(asked, |(_, answers)| !*answers).unwrap();
        }

        fn wait_for(&self, questions: usize) {
            let asked = self.asked.lock().unwrap();
            let _asked = self
                .changed
                .wait_while(asked, |(asked, _)| *asked < questions)
                .unwrap();
        }

        fn answer(&self) {
            self.asked.lock().unwrap().1 = true;
            self.changed.notify_all();
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn questions_that_nobody_waits_for_any_more_take_no_more_threads_than_are_given_to_them() {
        let server = Arc::new(NameServer::default());
        let asked = Arc::clone(&server);
        let names = Names::new(2, move |_| {
            asked.ask();
            Ok(vec![SocketAddr::from(([127, 0, 0, 1], 0))])
        });
        let resolve = |name: &str| tokio::spawn(names.resolve(name.parse().unwrap()));
        let given_up = [resolve("a.example"), resolve("b.example")];
        server.wait_for(2);
        for question in given_up {
            question.abort();
        }
        assert_eq!(names.turns.available_permits(), 0);
        let third = resolve("c.example");
        server.answer();
        let found: Vec<SocketAddr> = third.await.unwrap().unwrap().collect();
        assert_eq!(found, [SocketAddr::from(([127, 0, 0, 1], 0))]);
    }
}
