//! The page of an acceptor: the one that engines have, with sessions and without a journal.

use std::convert::Infallible;
use std::net::SocketAddr;

use anyhow::Context;
use gannet_control::projections::Projection;
use gannet_control::{Engine, Server, Setup, Token};
use gannet_runtime::counters::Counters;
use gannet_runtime::histogram::hops;
use gannet_runtime::shutdown::Stop;

use super::Page;
use crate::config::Config;
use crate::fix::acceptor::{Panel, panel};

/// Takes the port, on a loopback address only, and serves the sessions of `[acceptor]`; they keep
/// their latest messages from then on. Says on standard error where the page is, and the token.
///
/// # Errors
/// If the port cannot be had, or the address is not loopback.
pub(super) fn serve(
    config: &mut Config,
    address: SocketAddr,
    name: &'static str,
) -> anyhow::Result<(Panel, Page)> {
    let settings = gannet_control::Config { address, allow_remote: false, hosts: Vec::new() };
    let server = Server::bind(&settings)?;
    let token = Token::generate().context("no random bytes for the token")?;
    eprintln!("gannet: {name}: http://{}/#token={token}", server.address());
    let (panel, page) = panel(&mut config.acceptor);
    let engine = Engine {
        projection: Projection::new(Setup {
            run_mode: name.to_owned(),
            instruments: config.pipeline.instruments.clone(),
            strategies: Vec::new(),
            gateways: page.names,
            features: Vec::new(),
        }),
        commands: page.commands,
        counters: Counters::new(),
        hops: hops().1,
        token,
        sessions: page.sessions,
        models: None,
    };
    let stop = Stop::new();
    let flag = stop.clone();
    let nothing = |_: &mut Projection, _| Ok::<u32, Infallible>(0);
    let thread = std::thread::Builder::new()
        .name("control".to_owned())
        .spawn(move || server.serve(engine, nothing, &flag))
        .context("cannot start the admin port's thread")?;
    Ok((panel, Page { stop, thread }))
}
