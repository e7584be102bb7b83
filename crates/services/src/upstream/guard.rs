//! Where the server may be sent by what somebody typed: to https on port 443 of public addresses, and to the hosts that
//! the operator lists. Names are resolved here, once, and only addresses that pass are ever connected to, so it does not
//! matter what the name means a moment later.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use domain::{AppError, Code, upstream::Failure};
use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Hosts and ports that may be called although they are inside of a network, or without https.
#[derive(Clone, Debug, Default)]
pub struct Listed(Arc<[(Host, u16)]>);

impl Listed {
    /// Reads `host:port` entries; fails with the one that is none.
    pub fn parse(entries: &[String]) -> Result<Self, String> {
        let read = |entry: &String| {
            let (host, port) = entry.rsplit_once(':')?;
            let port = port.parse().ok().filter(|port| *port > 0)?;
            Some((Host::parse(host).ok()?, port))
        };
        entries
            .iter()
            .map(|entry| read(entry).ok_or_else(|| entry.clone()))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn holds(&self, host: &Host, port: u16) -> bool {
        self.0.iter().any(|(listed, at)| listed == host && *at == port)
    }
}

/// The address of a platform, as far as it can be judged without asking the DNS.
#[derive(Clone, Debug)]
pub struct Base {
    url: Url,
    pub(super) is_listed: bool,
}

impl Base {
    /// Errors: `UpstreamAddressInvalid` for what is no address at all, `UpstreamAddressRefused` for one that we do not go to.
    pub fn read(text: &str, listed: &Listed) -> Result<Self, Code> {
        // The URL standard would silently drop some of these.
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(Code::UpstreamAddressInvalid);
        }
        let url = Url::parse(text).map_err(|_| Code::UpstreamAddressInvalid)?;
        let has_user =
            !url.username().is_empty() || url.password().is_some() || authority(text).contains('@');
        // Without an authority the standard takes the first word of the path for the host.
        let is_plain = matches!(url.scheme(), "http" | "https")
            && !has_user
            && !authority(text).is_empty()
            && url.query().is_none()
            && url.fragment().is_none();
        let (Some(host), Some(port), true) = (url.host(), url.port_or_known_default(), is_plain) else {
            return Err(Code::UpstreamAddressInvalid);
        };
        let host = host.to_owned();
        let is_listed = listed.holds(&host, port);
        let is_allowed = match &host {
            _ if is_listed => true,
            _ if url.scheme() != "https" || port != 443 => false,
            Host::Ipv4(address) => is_public(IpAddr::V4(*address)),
            Host::Ipv6(address) => is_public(IpAddr::V6(*address)),
            Host::Domain(_) => true,
        };
        if is_allowed { Ok(Self { url, is_listed }) } else { Err(Code::UpstreamAddressRefused) }
    }

    /// The same, of what was stored: the operator may have taken it off the list since.
    pub(super) fn stored(text: &str, listed: &Listed) -> Result<Self, Failure> {
        Self::read(text, listed).map_err(|_| Failure::AddressRefused)
    }

    pub(super) fn typed(text: &str, listed: &Listed) -> Result<Self, AppError> {
        Self::read(text, listed).map_err(|code| AppError::field("address", code))
    }

    /// Without a slash at its end.
    pub(super) fn text(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    pub(super) fn join(&self, path: &str) -> String {
        format!("{}/{path}", self.text())
    }
}

/// What stands between the scheme and the path.
fn authority(text: &str) -> &str {
    let rest = text.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// Whether an address is one of the internet: not of a network behind it, of this machine, of a tunnel to elsewhere, nor
/// set aside for something else (the special-purpose registries of IANA).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC_V4.iter().any(|(net, bits)| within_v4(address, *net, *bits)),
        IpAddr::V6(address) => {
            // Global unicast and nothing else: mapped, translated, local and multicast addresses are all outside of it.
            within_v6(address, [0x2000, 0, 0], 3)
                && !NOT_PUBLIC_V6.iter().any(|(net, bits)| within_v6(address, *net, *bits))
        }
    }
}

const NOT_PUBLIC_V4: [([u8; 4], u32); 15] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    // Behind a carrier's translation.
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    // Link-local; clouds keep their secrets at 169.254.169.254.
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    // Relays of 6to4.
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    // Benchmarks.
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    // Multicast, and the rest of the space with the broadcast address.
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

const NOT_PUBLIC_V6: [([u16; 3], u32); 4] = [
    // Protocols: Teredo, ORCHID, benchmarks and others.
    ([0x2001, 0, 0], 23),
    ([0x2001, 0x0db8, 0], 32),
    // 6to4.
    ([0x2002, 0, 0], 16),
    ([0x3fff, 0, 0], 20),
];

fn within_v4(address: Ipv4Addr, net: [u8; 4], bits: u32) -> bool {
    (address.to_bits() ^ u32::from_be_bytes(net)) >> (32 - bits) == 0
}

/// `net` is the start of the network.
fn within_v6(address: Ipv6Addr, [a, b, c]: [u16; 3], bits: u32) -> bool {
    (address.to_bits() ^ Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0).to_bits()) >> (128 - bits) == 0
}

/// Asks the DNS. A test gives other answers.
pub trait Resolver: Send + Sync {
    fn addresses(&self, name: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>>;
}

/// The machine's own.
pub struct System;

impl Resolver for System {
    fn addresses(&self, name: String) -> BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// What the client resolves names with: the connection it makes goes to what is given here.
pub(super) struct Guard {
    pub resolver: Arc<dyn Resolver>,
    /// For hosts that the operator lists.
    pub is_open: bool,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (asked, is_open) = (self.resolver.addresses(name.as_str().to_owned()), self.is_open);
        Box::pin(async move {
            let found = asked.await.map_err(|_| Unresolved::Unknown)?;
            if found.is_empty() {
                return Err(Unresolved::Unknown.into());
            }
            let allowed: Vec<_> =
                found.into_iter().filter(|address| is_open || is_public(*address)).collect();
            if allowed.is_empty() {
                return Err(Unresolved::Refused.into());
            }
            Ok(Box::new(allowed.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

/// Why a name leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unresolved {
    Unknown,
    /// To no address that is public.
    Refused,
}

impl std::fmt::Display for Unresolved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unknown => "no such name",
            Self::Refused => "no public address",
        })
    }
}

impl std::error::Error for Unresolved {}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
