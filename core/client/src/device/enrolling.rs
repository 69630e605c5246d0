//! Enrolment, and enrolment again after a store was rolled back or copied.

use jawla_model::IncarnationId;
use jawla_sync::SigningKey;
use jawla_sync::enrol::{EnrolRequest, Enrolled, Invitation};

use super::Device;
use crate::error::ClientError;
use crate::store::{DeviceRow, log};
use crate::witness::Testimony;

/// An enrolment under way: what to send, and what becomes the device's if the server agrees.
pub struct EnrolAttempt {
    /// The invitation it answers.
    pub invitation: Invitation,
    /// The body for `POST /v1/enrol`.
    pub body: Vec<u8>,
    incarnation: IncarnationId,
    signing_key: [u8; 32],
}

impl std::fmt::Debug for EnrolAttempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EnrolAttempt")
            .field("incarnation", &self.incarnation)
            .finish_non_exhaustive()
    }
}

impl Device {
    /// Draws a new incarnation and its key, and writes the request for an invitation.
    ///
    /// # Errors
    /// [`ClientError::Invitation`] when the text is none, or those of the disk.
    pub fn attempt_enrolment(
        &mut self,
        invitation: &str,
        device_name: &str,
    ) -> Result<EnrolAttempt, ClientError> {
        let invitation = Invitation::parse(invitation).map_err(ClientError::Invitation)?;
        let incarnation = IncarnationId(self.random16());
        let mut signing_key = [0; 32];
        self.parts.platform.random(&mut signing_key);
        let key = SigningKey::from_bytes(&signing_key);
        let request = EnrolRequest {
            invitation: invitation.invitation,
            secret: invitation.secret,
            incarnation,
            public_key: key.verifying_key().to_bytes(),
            predecessor: DeviceRow::find(self.store.conn())?.map(|row| row.incarnation),
            device_name: device_name.to_owned(),
        };
        let body = request.seal(&invitation.server, &key);
        Ok(EnrolAttempt {
            invitation,
            body,
            incarnation,
            signing_key,
        })
    }

    /// Becomes the device that the server let in. Work that an earlier incarnation of this store
    /// left unsent stays and goes out in packs of the new one.
    ///
    /// # Errors
    /// Those of the disk; the device is then as it was.
    pub fn complete_enrolment(
        &mut self,
        attempt: &EnrolAttempt,
        enrolled: &Enrolled,
    ) -> Result<(), ClientError> {
        let row = DeviceRow {
            incarnation: attempt.incarnation,
            signing_key: attempt.signing_key,
            server: attempt.invitation.server,
            server_key: attempt.invitation.server_key,
            tls_pin: attempt.invitation.pin(),
            base_url: attempt.invitation.base_url.clone(),
            person: enrolled.person,
            name_fr: enrolled.name_fr.clone(),
            name_ar: enrolled.name_ar.clone(),
            certificate: enrolled.certificate.clone(),
            scope_set_version: enrolled.scope_set_version,
            last_request: 0,
            ask_first: false,
            next_pack: 1,
            ruling_seen: 0,
            people_seen: 0,
            backup_no: 0,
            full: false,
            ticket: None,
            ticket_expires: 0,
            server_time: enrolled.server_time,
            last_contact_ms: None,
        };
        let installed = self.is_installed()?;
        self.store.write(|tx| {
            row.replace(tx)?;
            if installed {
                let mark = super::pages::COMPLETED_BEFORE;
                tx.execute("UPDATE device SET completed_request = ?1", [mark])?;
            }
            tx.execute("DELETE FROM pack", [])?;
            tx.execute(
                "UPDATE change SET state = 'local', pack_no = NULL WHERE state = 'packed'",
                [],
            )?;
            tx.execute("UPDATE scope SET no = NULL, state = 'closing'", [])?;
            for numbered in &enrolled.scopes {
                log::add_scope(tx, numbered.no, numbered.scope, numbered.role)?;
            }
            Ok(())
        })?;
        self.parts.witness.remember(Testimony {
            incarnation: row.incarnation,
            last_request: 0,
        })?;
        self.look_around()
    }
}
