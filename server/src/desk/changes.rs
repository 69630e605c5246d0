//! What changed, by name, as a ring that pages wait at.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jawla_views::{Changed, Changes};
use tokio::sync::watch;

use super::Desk;
use crate::limits::NAMES_HEARD_MAX;
use crate::store::Happened;

/// The name that stands for more than can be named.
const EVERYTHING: &str = "everything";

/// The newest names, each once, under the serial of its last change.
pub(super) struct Heard {
    ring: Mutex<Ring>,
    serial: watch::Sender<u64>,
}

#[derive(Debug)]
struct Ring {
    /// Serials at or below this one are not remembered.
    forgotten: u64,
    /// The serial of now.
    serial: u64,
    by_serial: BTreeMap<u64, String>,
    by_name: BTreeMap<String, u64>,
}

impl Heard {
    /// A ring whose serials begin at a number that no earlier process reached: a thousand for
    /// each millisecond since 1970, which is below 2^53 and so survives a script.
    pub(super) fn since(now_ms: u64) -> Self {
        let start = now_ms.saturating_mul(1_000);
        Self {
            ring: Mutex::new(Ring {
                forgotten: start,
                serial: start,
                by_serial: BTreeMap::new(),
                by_name: BTreeMap::new(),
            }),
            serial: watch::Sender::new(start),
        }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what happened and wakes who waits.
    pub(super) fn note(&self, happened: Happened) {
        let name = match happened {
            Happened::Document(document) => format!("project:{document}"),
            Happened::Phones => "phones".to_owned(),
        };
        let serial = self.ring().note(name);
        self.serial.send_modify(|now| *now = (*now).max(serial));
    }

    async fn after(&self, serial: u64) -> Changed {
        let mut wakes = self.serial.subscribe();
        loop {
            // Seen before the look: what comes between both wakes again.
            wakes.borrow_and_update();
            if let Some(changed) = self.ring().after(serial) {
                return changed;
            }
            if wakes.changed().await.is_err() {
                // The sender lives in `self`: this cannot be.
                std::future::pending::<()>().await;
            }
        }
    }
}

impl Ring {
    fn note(&mut self, name: String) -> u64 {
        self.serial += 1;
        if let Some(before) = self.by_name.insert(name.clone(), self.serial) {
            self.by_serial.remove(&before);
        }
        self.by_serial.insert(self.serial, name);
        if self.by_serial.len() > NAMES_HEARD_MAX
            && let Some((serial, name)) = self.by_serial.pop_first()
        {
            self.forgotten = serial;
            self.by_name.remove(&name);
        }
        self.serial
    }

    /// What changed after a serial; none when nothing did.
    fn after(&self, serial: u64) -> Option<Changed> {
        if serial == self.serial {
            return None;
        }
        let names = if serial < self.forgotten || serial > self.serial {
            vec![EVERYTHING.to_owned()]
        } else {
            let newer = self.by_serial.range(serial.saturating_add(1)..);
            newer.map(|(_, name)| name.clone()).collect()
        };
        Some(Changed {
            serial: self.serial,
            names,
        })
    }
}

#[async_trait]
impl Changes for Desk {
    fn serial(&self) -> u64 {
        self.heard.ring().serial
    }

    async fn after(&self, serial: u64) -> Changed {
        self.heard.after(serial).await
    }
}

#[cfg(test)]
mod tests {
    use jawla_model::DocumentId;

    use super::*;

    fn project(number: u16) -> Happened {
        let mut id = [0; 16];
        id[..2].copy_from_slice(&number.to_be_bytes());
        Happened::Document(DocumentId(id))
    }

    #[tokio::test]
    async fn what_changed_is_named_once_and_wakes_who_waits() {
        let heard = std::sync::Arc::new(Heard::since(7));
        let start = heard.ring().serial;
        let waiting = tokio::spawn({
            let heard = std::sync::Arc::clone(&heard);
            async move { heard.after(start).await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        heard.note(Happened::Phones);
        assert_eq!(waiting.await.unwrap().names, ["phones"]);
        heard.note(project(1));
        heard.note(Happened::Phones);
        let changed = heard.after(start).await;
        assert_eq!(
            changed.names,
            [&format!("project:0001{}", "0".repeat(28)), "phones"]
        );
        assert_eq!(changed.serial, start + 3);
        assert_eq!(heard.after(start + 2).await.names, ["phones"]);
    }

    #[tokio::test]
    async fn a_serial_too_old_or_of_another_process_answers_everything() {
        let heard = Heard::since(7);
        let start = heard.ring().serial;
        assert_eq!(heard.after(start + 9).await.names, ["everything"]);
        assert_eq!(heard.after(0).await.names, ["everything"]);
        for number in 0..=u16::try_from(NAMES_HEARD_MAX).unwrap() {
            heard.note(project(number));
        }
        assert_eq!(heard.after(start).await.names, ["everything"]);
        assert_eq!(heard.after(start + 1).await.names.len(), NAMES_HEARD_MAX);
        assert_eq!(heard.ring().by_name.len(), NAMES_HEARD_MAX);
    }
}
