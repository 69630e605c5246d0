//! One phone: the real device on a disk that fails, with clocks and chance of its own.

use std::sync::Arc;

use jawla_client::device::DeviceParts;
use jawla_client::store::{Sharing, StoreOptions};
use jawla_client::witness::Witness;
use jawla_client::{ClientError, Device};
use jawla_model::{DocumentId, PersonId, ScopeId, VisitId};
use jawla_sync::answer::AnswerItem;
use jawla_sync::device::Speech;

use crate::dice::Dice;
use crate::disk::{DiskImage, SimDisk, Surface};
use crate::oracle::PhoneFacts;
use crate::server::End;
use crate::stand_ins::{MemoryFiles, MemoryWitness, SimPlatform, TrueTime};

const DATABASE: &str = "device.db";

/// One phone and what the simulation knows of it.
pub struct Phone {
    /// Its disk.
    pub disk: SimDisk,
    /// Its storage outside backups.
    pub witness: Arc<MemoryWitness>,
    /// Its clocks and chance.
    pub platform: Arc<SimPlatform>,
    /// How its app speaks to the server.
    pub speech: Speech,
    /// The app, while it runs.
    pub device: Option<Device>,
    /// Whose it is.
    pub person: PersonId,
    /// The scopes its person is invited to.
    pub scopes: Vec<ScopeId>,
    /// Process sessions so far.
    pub life: u32,
    /// The last one in which the app came up.
    pub lived: u32,
    /// Visits it opened.
    pub visits: Vec<(DocumentId, VisitId)>,
    /// Every item it was ever handed, decoded.
    pub heard: Vec<AnswerItem>,
    /// A copy of its disk, with what was promised by then.
    pub snapshot: Option<(DiskImage, PhoneFacts)>,
    files: Arc<MemoryFiles>,
    ends_seen: u64,
}

impl Phone {
    /// A new phone, switched on, the app not started.
    pub fn new(seed: u64, number: usize, time: TrueTime, person: PersonId) -> Self {
        let chance = Dice::new(seed, &format!("phone {number}"));
        let disk_seed = seed.wrapping_mul(31).wrapping_add(number as u64 + 1);
        Self {
            disk: SimDisk::with_surface(disk_seed, Surface::Powersafe),
            witness: Arc::new(MemoryWitness::default()),
            platform: Arc::new(SimPlatform::new(time, chance)),
            speech: Speech::Short,
            device: None,
            person,
            scopes: Vec::new(),
            life: 0,
            lived: 0,
            visits: Vec::new(),
            heard: Vec::new(),
            snapshot: None,
            files: Arc::new(MemoryFiles::default()),
            ends_seen: 0,
        }
    }

    /// Starts the app.
    ///
    /// # Errors
    /// Those of [`Device::open`].
    pub fn open(&mut self) -> Result<(), ClientError> {
        let options = StoreOptions {
            key: None,
            path: DATABASE.into(),
            vfs: Some(self.disk.vfs_name().expect("a disk has a name")),
            sharing: Sharing::Exclusive,
        };
        let witness: Arc<dyn Witness> = Arc::clone(&self.witness) as Arc<dyn Witness>;
        let parts = DeviceParts {
            files: Arc::clone(&self.files) as _,
            platform: Arc::clone(&self.platform) as _,
            witness,
        };
        self.life += 1;
        let mut device = Device::open(&options, parts)?;
        device.speak(self.speech)?;
        self.device = Some(device);
        Ok(())
    }

    /// The running app.
    pub fn device(&mut self) -> &mut Device {
        self.device.as_mut().expect("the app runs")
    }

    /// Ends the app.
    pub fn end(&mut self, how: End) {
        match how {
            End::Kill => self.disk.kill(),
            End::PowerCut => {
                self.disk.crash();
                self.platform.reboot();
            }
        }
        self.take_note_of_death();
    }

    /// Whether the app ended since the last look; it is gone from memory then.
    pub fn take_note_of_death(&mut self) -> bool {
        let counters = self.disk.counters();
        let ends = counters.crashes + counters.kills + counters.restores;
        let died = ends != self.ends_seen;
        if died {
            self.ends_seen = ends;
            self.device = None;
        }
        died
    }
}
