//! The program but for its desktop: it begins, or hands over to one that runs already, and then runs with whatever stands
//! behind the port.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result};
use jiff::tz::TimeZone;
use signalbox_engine::{
    access::Access,
    clock::{SharedClock, SystemClock},
    config::paths::{Overrides, Places},
};
use tokio::{runtime::Runtime, sync::mpsc};

use crate::{
    arguments::Arguments,
    bubble::{BubbleChannel, Bubbles, Click},
    desktop::Desktop,
    engine::EngineThread,
    hand_over::{self, HandedOver},
    login::Login,
    os,
    remembered::Remembered,
    route::{self, Route},
    shell::{Ask, Input, Setup, Shell},
};

/// So many inputs wait for the shell's loop, which never waits itself.
const INPUTS: usize = 1024;

/// Another program watches here, or nothing can be shown.
const UNAVAILABLE: u8 = 69;

/// What was given makes no sense.
const USAGE: u8 = 64;

/// Everything that runs beside tray and window.
pub struct Program {
    /// What happens is sent here.
    pub inputs: mpsc::Sender<Input>,
    /// Who answers requests.
    pub ask: Arc<dyn Ask>,
    /// Starting at login.
    pub login: Arc<Login>,
    /// Where things live.
    pub places: Places,
    taken: mpsc::Receiver<Input>,
    bubbles: Arc<dyn Bubbles>,
    clock: SharedClock,
    engine: EngineThread,
    demo: bool,
    open_at_start: Option<Route>,
}

impl Program {
    /// Runs the shell's loop with this desktop until the program is to end and the engine has ended.
    pub async fn run(self, desktop: Arc<dyn Desktop>) {
        let (starting, stopping) = (self.engine.clone(), self.engine);
        let bubbles = Arc::clone(&self.bubbles);
        let setup = Setup {
            desktop,
            ask: self.ask,
            bubbles: self.bubbles,
            clock: self.clock,
            zone: TimeZone::system(),
            remembered: Remembered::load(&self.places.data_dir),
            start_engine: Box::new(move || starting.start()),
            stop_engine: Box::new(move || stopping.stop()),
            may_start_at_login: !self.demo,
            open_at_start: self.open_at_start,
            activation: os::activation_from_start(),
        };
        tokio::spawn(end_when_asked(self.inputs.clone()));
        Shell::new(setup, self.inputs).run(self.taken).await;
        bubbles.take_back().await;
    }
}

/// Begins the program and lets `on_desktop` run it, within the runtime; or hands over to a program that runs already.
///
/// # Errors
/// Where nothing can be started at all.
pub fn begin(
    arguments: &Arguments,
    complain: &dyn Fn(&str),
    on_desktop: impl FnOnce(Program, &Runtime) -> Result<ExitCode>,
) -> Result<ExitCode> {
    if let Err(reason) = os::prepare() {
        complain(&reason);
        return Ok(ExitCode::from(UNAVAILABLE));
    }
    let route = match arguments.link.as_deref().map(route::from_link).transpose() {
        Ok(route) => route,
        Err(error) => {
            complain(&error.to_string());
            return Ok(ExitCode::from(USAGE));
        }
    };
    let places = places(arguments)?;
    let _log = signalbox_engine::log::start(0, Some(&places.log_dir()));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("signalbox-shell")
        .enable_all()
        .build()
        .context("starting the runtime")?;
    match runtime.block_on(hand_over::hand_over(&places, route.clone(), arguments.hidden)) {
        HandedOver::Done => return Ok(ExitCode::SUCCESS),
        HandedOver::Refused(reason) => {
            complain(&reason);
            return Ok(ExitCode::from(UNAVAILABLE));
        }
        HandedOver::Nobody => {}
    }
    let _inside = runtime.enter();
    let program = assemble(arguments, places, route)?;
    on_desktop(program, &runtime)
}

/// Where this program's things live.
///
/// # Errors
/// Where neither the arguments nor the system say it.
pub fn places(arguments: &Arguments) -> Result<Places> {
    Ok(Places::find(&Overrides {
        config_file: arguments.config.clone(),
        data_dir: arguments.data_dir.clone(),
    })?)
}

/// The way to whoever answers, within the limits that the arguments set.
#[must_use]
pub fn access(arguments: &Arguments, places: &Places) -> Access {
    Access::new(places.clone(), "signalbox-desktop").with_limits(arguments.limits())
}

fn assemble(arguments: &Arguments, places: Places, route: Option<Route>) -> Result<Program> {
    let (inputs, taken) = mpsc::channel(INPUTS);
    let clock: SharedClock = Arc::new(SystemClock::new());
    let bubbles = bubbles(&inputs);
    std::fs::create_dir_all(&places.data_dir)
        .with_context(|| format!("{} cannot be made", places.data_dir.display()))?;
    let engine = EngineThread::new(
        places.clone(),
        arguments.limits(),
        Arc::clone(&clock),
        Arc::new(BubbleChannel::new(Arc::clone(&bubbles))),
        inputs.clone(),
    );
    let open_at_start = match (route, arguments.hidden) {
        (Some(route), _) => Some(route),
        (None, false) => Some(Route::Overview),
        (None, true) => None,
    };
    Ok(Program {
        ask: Arc::new(access(arguments, &places)),
        login: Arc::new(Login::new(&arguments_to_keep(arguments))),
        inputs,
        places,
        taken,
        bubbles,
        clock,
        engine,
        demo: arguments.demo,
        open_at_start,
    })
}

/// What another start has to say to find the same configuration and data.
#[must_use]
pub fn arguments_to_keep(arguments: &Arguments) -> Vec<String> {
    let path = |name: &str, path: &Option<PathBuf>| {
        let path = std::path::absolute(path.as_ref()?).ok()?;
        Some([name.to_owned(), path.to_string_lossy().into_owned()])
    };
    [
        path("--config", &arguments.config),
        path("--data-dir", &arguments.data_dir),
    ]
    .into_iter()
    .flatten()
    .flatten()
    .collect()
}

fn bubbles(inputs: &mpsc::Sender<Input>) -> Arc<dyn Bubbles> {
    let (clicks, mut clicked) = mpsc::channel::<Click>(16);
    let inputs = inputs.clone();
    tokio::spawn(async move {
        while let Some(click) = clicked.recv().await {
            if inputs.send(Input::Bubble(click)).await.is_err() {
                return;
            }
        }
    });
    #[cfg(target_os = "linux")]
    return Arc::new(crate::bubble::linux::BusBubbles::new(clicks));
    #[cfg(not(target_os = "linux"))]
    return Arc::new(crate::bubble::other::SystemBubbles::new(clicks));
}

/// Ends in order when the system or the person asks this process to.
async fn end_when_asked(inputs: mpsc::Sender<Input>) {
    signalbox_engine::watch::termination().await;
    let _over = inputs.send(Input::Quit).await;
}
