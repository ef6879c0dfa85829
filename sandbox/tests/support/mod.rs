//! For the tests over a real socket: a sandbox that runs beside them.

use dinerkit_sandbox::clock::Clock;
use dinerkit_sandbox::{Config, Sandbox};
use tokio::sync::oneshot;

/// A running sandbox, which stops when this is dropped.
pub(crate) struct Running {
    /// Where it is reached, without a slash at the end.
    pub(crate) url: String,
    _stop: oneshot::Sender<()>,
}

impl Running {
    /// Starts one on a free port.
    pub(crate) async fn start(config: Config, clock: impl Clock + 'static) -> Self {
        let sandbox = Sandbox::start(config, clock).await.unwrap();
        let url = sandbox.url().to_owned();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(async move {
            let stopped = async {
                stopped.await.ok();
            };
            sandbox.serve(stopped).await.unwrap();
        });
        Self { url, _stop: stop }
    }
}
