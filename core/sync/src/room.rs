//! What a phone says of itself in the room of a request's head: its version, and what it still
//! holds back. A note for the office's list of phones; nothing decides by it.

use crate::code::{Reader, WireError, Writer};

/// The first byte of a room that is read here; of another one nothing is known.
const FORM: u8 = 1;

/// Version of the app: its release number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct AppVersion {
    /// Rises when what was there before breaks.
    pub major: u64,
    /// Rises with what is new.
    pub minor: u64,
    /// Rises with what was mended.
    pub patch: u64,
}

/// The room: a phone's word on itself, as of the request that brings it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Version of the app.
    pub app: AppVersion,
    /// Changes that wait on the phone and are not among the packs of this request.
    pub changes_waiting: u64,
    /// Files that wait on the phone.
    pub files_waiting: u64,
}

impl Room {
    /// Its bytes: four while nothing waits and the numbers are small. Zeros at the end are left out.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let fields = [
            self.app.major,
            self.app.minor,
            self.app.patch,
            self.changes_waiting,
            self.files_waiting,
        ];
        let said = fields
            .iter()
            .rposition(|field| *field != 0)
            .map_or(0, |last| last + 1);
        let mut writer = Writer::new();
        writer.u8(FORM);
        for field in fields.iter().take(said) {
            writer.varint(*field);
        }
        writer.finish()
    }

    /// Reads a room. An empty one, one of another form and one that does not read say nothing;
    /// what a later version puts behind the fields known here is passed over.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        match reader.u8() {
            Ok(FORM) => Self::read(&mut reader).ok(),
            Ok(_) | Err(_) => None,
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let mut field = || match reader.rest() {
            [] => Ok(0),
            _ => reader.varint(),
        };
        Ok(Self {
            app: AppVersion {
                major: field()?,
                minor: field()?,
                patch: field()?,
            },
            changes_waiting: field()?,
            files_waiting: field()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room {
        app: AppVersion {
            major: 0,
            minor: 1,
            patch: 12,
        },
        changes_waiting: 3,
        files_waiting: 200,
    };

    #[test]
    fn a_room_reads_as_it_was_written_and_passes_over_what_is_newer() {
        assert_eq!(ROOM.encode(), [1, 0, 1, 12, 3, 200, 1]);
        let mut bytes = ROOM.encode();
        assert_eq!(Room::decode(&bytes), Some(ROOM));
        bytes.extend([9, 9, 9]);
        assert_eq!(Room::decode(&bytes), Some(ROOM));
    }

    #[test]
    fn what_is_no_room_says_nothing() {
        assert_eq!(Room::decode(&[]), None);
        assert_eq!(
            Room::decode(&[1, 0, 1, 12, 3, 200]),
            None,
            "cut in a number"
        );
        assert_eq!(Room::decode(&[2, 0, 1, 0, 0, 0]), None);
        assert_eq!(
            Room::decode(&[1, 0x80, 0, 0, 0, 0]),
            None,
            "not the shortest form"
        );
    }

    #[test]
    fn zeros_at_the_end_are_left_out() {
        let mut room = ROOM;
        room.files_waiting = 0;
        assert_eq!(room.encode(), [1, 0, 1, 12, 3]);
        assert_eq!(Room::decode(&room.encode()), Some(room));
        room.changes_waiting = 0;
        assert_eq!(room.encode(), [1, 0, 1, 12]);
        assert_eq!(Room::decode(&room.encode()), Some(room));
        room.app = AppVersion::default();
        assert_eq!(room.encode(), [1]);
        assert_eq!(Room::decode(&room.encode()), Some(room));
    }

    #[test]
    fn the_largest_numbers_fit_the_room() {
        let full = Room {
            app: AppVersion {
                major: u64::MAX,
                minor: u64::MAX,
                patch: u64::MAX,
            },
            changes_waiting: u64::MAX,
            files_waiting: u64::MAX,
        };
        assert!(full.encode().len() <= crate::limits::ROOM_BYTES_MAX);
        assert_eq!(Room::decode(&full.encode()), Some(full));
    }
}
