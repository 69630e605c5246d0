//! Time and chance of a device: the only place that reads a clock or draws random bytes.

use std::fmt;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

/// One reading of both clocks of a device. The monotonic one counts from an origin that
/// [`Platform::boot_id`] names: two readings compare only under one boot id.
pub use jawla_sync::device::Now;

/// What a device offers besides its disk and its network. The simulator has its own.
pub trait Platform: Send + Sync {
    /// Reads both clocks.
    fn now(&self) -> Now;

    /// Fills `out` with bytes fit for keys. Never returns without having filled it.
    fn random(&self, out: &mut [u8]);

    /// Names the origin of [`Now::mono_ms`]: the same as long as the device stays up where the
    /// platform tells, else as long as the process runs.
    fn boot_id(&self) -> [u8; 8];
}

/// What the current link costs, as the shell of the app tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LinkKind {
    /// Nobody said; treated as metered.
    #[default]
    Unknown,
    /// Paid by volume: mobile data. Only entries and thumbnails travel.
    Metered,
    /// Paid by volume, and the person lets photos travel on it all the same.
    MeteredWithPhotos,
    /// Free of charge: photos travel too.
    Unmetered,
    /// No network at all.
    None,
}

impl LinkKind {
    /// Whether it is paid by volume; one of which nobody said is.
    pub const fn is_metered(self) -> bool {
        !matches!(self, Self::Unmetered)
    }

    /// Whether large files may travel now.
    pub const fn carries_photos(self) -> bool {
        matches!(self, Self::Unmetered | Self::MeteredWithPhotos)
    }
}

/// The device gave no random bytes, so that no identity and no key can be made on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gives no random bytes")]
pub struct NoRandomness;

/// The clocks and the random source of the operating system.
pub struct SystemPlatform {
    started: Instant,
    uptime_at_start_ms: u64,
    boot_id: [u8; 8],
}

impl SystemPlatform {
    /// Reads the boot's name and uptime where the platform tells both; elsewhere the origin of
    /// the monotonic clock is this call, under a random name.
    ///
    /// # Errors
    /// [`NoRandomness`] when the operating system gives none.
    pub fn new() -> Result<Self, NoRandomness> {
        let mut drawn = [0; 8];
        getrandom::fill(&mut drawn).map_err(|_| NoRandomness)?;
        let started = Instant::now();
        let (boot_id, uptime_at_start_ms) = boot_of_linux().unwrap_or((drawn, 0));
        Ok(Self {
            started,
            uptime_at_start_ms,
            boot_id,
        })
    }
}

impl fmt::Debug for SystemPlatform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemPlatform").finish_non_exhaustive()
    }
}

impl Platform for SystemPlatform {
    fn now(&self) -> Now {
        let elapsed_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let wall_ms = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
        };
        Now {
            mono_ms: self.uptime_at_start_ms.saturating_add(elapsed_ms),
            wall_ms,
        }
    }

    fn random(&self, out: &mut [u8]) {
        // The source answered when this platform was made, and the systems we run on do not take
        // that back. Should one do so, a dead process is better than a key made of zeros.
        if getrandom::fill(out).is_err() {
            std::process::abort();
        }
    }

    fn boot_id(&self) -> [u8; 8] {
        self.boot_id
    }
}

/// The boot's name, shortened by a hash, and the milliseconds since then. Some phones hide one of
/// the two from apps, and one without the other is worth nothing.
fn boot_of_linux() -> Option<([u8; 8], u64)> {
    let name = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
    let uptime_ms = parse_uptime_ms(&uptime)?;
    let digest = Sha256::digest(name.trim().as_bytes());
    let boot_id = digest.get(..8)?.try_into().ok()?;
    Some((boot_id, uptime_ms))
}

/// `12345.67 23456.78` is 12,345,670 ms.
fn parse_uptime_ms(text: &str) -> Option<u64> {
    let (seconds, rest) = text.split_once('.')?;
    let hundredths = rest.get(..2)?;
    let seconds: u64 = seconds.parse().ok()?;
    let hundredths: u64 = hundredths.parse().ok()?;
    seconds.checked_mul(1_000)?.checked_add(hundredths * 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_monotonic_clock_never_goes_back_and_the_wall_clock_is_of_this_century() {
        let platform = SystemPlatform::new().unwrap();
        let mut last = platform.now();
        for _ in 0..1_000 {
            let now = platform.now();
            assert!(now.mono_ms >= last.mono_ms);
            last = now;
        }
        assert!(last.wall_ms > 1_700_000_000_000);
    }

    #[test]
    fn two_platforms_of_one_boot_share_their_origin_or_differ_in_name() {
        let first = SystemPlatform::new().unwrap();
        let second = SystemPlatform::new().unwrap();
        if first.boot_id() == second.boot_id() {
            assert!(first.now().mono_ms.abs_diff(second.now().mono_ms) < 60_000);
        }
    }

    #[test]
    fn random_bytes_are_drawn_anew_and_fill_everything() {
        let platform = SystemPlatform::new().unwrap();
        let (mut one, mut two) = ([0; 32], [0; 32]);
        platform.random(&mut one);
        platform.random(&mut two);
        assert_ne!(one, two);
        assert_ne!(one[24..], [0; 8]);
    }

    #[test]
    fn uptime_is_read_to_the_hundredth_and_nonsense_refused() {
        assert_eq!(parse_uptime_ms("12345.67 23456.78\n"), Some(12_345_670));
        assert_eq!(parse_uptime_ms("0.05 0.00"), Some(50));
        for nonsense in ["", "12", "12.", "x.10", "12.é", "99999999999999999999.00"] {
            assert_eq!(parse_uptime_ms(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn photos_travel_on_a_free_link_or_where_the_person_lets_them() {
        assert!(LinkKind::Unmetered.carries_photos());
        assert!(LinkKind::MeteredWithPhotos.carries_photos());
        for kind in [LinkKind::Unknown, LinkKind::Metered, LinkKind::None] {
            assert!(!kind.carries_photos());
        }
    }
}
