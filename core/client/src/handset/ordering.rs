//! Orders of a person, carried out by the device.

use jawla_model::{DocumentId, Edit, FieldPath, Hash32, PersonId, Reason, VisitId};
use jawla_sync::enrol::EnrolRefusal;
use jawla_views::commands::PhotoFault;
use jawla_views::phone::EnrolFault;
use jawla_views::{Command, CommandError, Receipt};

use super::Handset;
use crate::client::Said;
use crate::device::{Device, NewVisit};
use crate::error::ClientError;
use crate::photo::PhotoError;
use crate::transport::LinkError;

impl Handset {
    /// Runs an order that changes a dossier, tells of it and lets it be sent soon.
    pub(super) async fn changing<T: Send + 'static>(
        &self,
        document: DocumentId,
        work: impl FnOnce(&mut Device) -> Result<T, ClientError> + Send + 'static,
    ) -> Result<T, CommandError> {
        let done = self.client.call(work).await.map_err(command_error)?;
        self.told(document);
        Ok(done)
    }

    fn told(&self, document: DocumentId) {
        self.client.say(Said::Projects(vec![document]));
        self.client.say(Said::Outbox);
        self.exchanger.wanted_soon();
    }

    /// Carries out a command as the person whose device this is.
    pub(super) async fn order(
        &self,
        by: PersonId,
        command: Command,
    ) -> Result<Receipt, CommandError> {
        let document = command.document();
        let (visit, change) = self
            .client
            .call(move |device| {
                if device.row()?.person != by {
                    return Err(ClientError::NotYours);
                }
                Ok(carry_out(device, command))
            })
            .await
            .map_err(command_error)??;
        self.told(document);
        Ok(Receipt {
            document,
            visit,
            change,
        })
    }
}

type Done = Result<(Option<VisitId>, Option<Hash32>), CommandError>;

fn carry_out(device: &mut Device, command: Command) -> Done {
    let document = command.document();
    let edit = |device: &mut Device, visit: Option<VisitId>, edit: Edit| -> Done {
        let written = device
            .edit_as_asked(document, vec![edit])
            .map_err(command_error)?;
        Ok((visit, written.last().copied()))
    };
    match command {
        Command::StartVisit { kind, .. } => {
            device.check_may_visit(document).map_err(command_error)?;
            let visit = device
                .start_visit(NewVisit { document, kind })
                .map_err(command_error)?;
            Ok((Some(visit), None))
        }
        Command::FinishVisit { visit, .. } => {
            device
                .finish_visit(document, visit)
                .map_err(command_error)?;
            Ok((Some(visit), None))
        }
        Command::SettleConflict {
            at, value, seen, ..
        } => {
            let standing = device.standing_at(document, &at).map_err(command_error)?;
            if standing != seen {
                return Err(CommandError::Changed);
            }
            edit(device, None, Edit::Set { at, value })
        }
        Command::DeleteDraft { visit, .. } => {
            let written = device
                .delete_draft(document, visit)
                .map_err(command_error)?
                .ok_or(CommandError::NotAllowed(Reason::Schema))?;
            Ok((Some(visit), written.last().copied()))
        }
        Command::Undo { change, .. } => {
            let written = device
                .undo(document, change)
                .map_err(command_error)?
                .ok_or(CommandError::NotUndoable)?;
            Ok((None, written.last().copied()))
        }
        Command::ReviewVisit { .. } | Command::RecordMoney { .. } => {
            Err(CommandError::NotAllowed(Reason::Role))
        }
        other => {
            let occasion = device.occasion().map_err(command_error)?;
            let visit = other.visit(&occasion);
            let meant = other.into_edit(&occasion).ok_or(CommandError::NotFound)?;
            edit(device, visit, meant)
        }
    }
}

/// What a failed call means to the person who ordered it.
pub(super) fn command_error(error: ClientError) -> CommandError {
    match error {
        ClientError::Value { path, error } => CommandError::BadValue {
            key: FieldPath::from_text(&path)
                .and_then(|path| path.spec())
                .map_or("", |spec| spec.key),
            error,
        },
        ClientError::RulesBroken(violations) => CommandError::RulesBroken(violations),
        ClientError::Photo(error) => CommandError::BadPhoto(photo_fault(&error)),
        ClientError::TooMuch => CommandError::TooMuch,
        ClientError::NotFound(_) => CommandError::NotFound,
        ClientError::NotYours => CommandError::NotAllowed(Reason::Role),
        ClientError::NotEnrolled => CommandError::NotEnrolled,
        ClientError::StorageFull => CommandError::StorageFull,
        other => CommandError::Store(Box::new(other)),
    }
}

fn photo_fault(error: &PhotoError) -> PhotoFault {
    match error {
        PhotoError::NotAnImage => PhotoFault::NotAPhoto,
        PhotoError::TooManyPixels { .. } | PhotoError::TooLarge { .. } => PhotoFault::TooLarge,
        PhotoError::Truncated | PhotoError::Unreadable => PhotoFault::Damaged,
    }
}

/// What a failed enrolment means to the person.
pub(super) fn enrol_fault(error: &ClientError) -> EnrolFault {
    match error {
        ClientError::Invitation(_) | ClientError::Address(_) => EnrolFault::NotAnInvitation,
        ClientError::Refused(EnrolRefusal::NotValid | EnrolRefusal::TriedTooOften) => {
            EnrolFault::Expired
        }
        ClientError::Refused(_) => EnrolFault::Refused,
        ClientError::Link(
            LinkError::TlsPin
            | LinkError::TlsFailed
            | LinkError::CaptivePortal { .. }
            | LinkError::Redirected { .. }
            | LinkError::Garbled,
        ) => EnrolFault::NotOurServer,
        ClientError::Link(_) => EnrolFault::Unreachable,
        ClientError::StorageFull => EnrolFault::StorageFull,
        _ => EnrolFault::Defect,
    }
}
