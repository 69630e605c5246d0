//! A phone as its pages see it, for tests against the real server.

use std::path::Path;
use std::time::Duration;

use jawla_client::handset::{ByItself, Handset, HandsetOptions};
use jawla_model::reference::ReferenceBundle;
use jawla_model::visit::PhotoRole;
use jawla_model::{DocumentId, FieldPath, PersonId, Value, VisitField, VisitId, VisitKind};
use jawla_views::phone::{Exchange, Network, PhoneStatus, SendOrder};
use jawla_views::{Changes, Command, CommandError, Commands, Phone, ProjectQuery, Receipt};
use jawla_world::photo;

use crate::ground::{COMMUNES, open};
use crate::{Ground, PATIENCE, ServerProcess};

/// A phone that exchanges only when it is told to.
pub fn start(folder: &Path) -> Handset {
    start_as(folder, ByItself::No)
}

/// A phone over the store in that folder; the reference data shipped with it is empty.
pub fn start_as(folder: &Path, by_itself: ByItself) -> Handset {
    let options = HandsetOptions {
        reference: ReferenceBundle::default(),
        by_itself,
    };
    Handset::start(open(folder), options)
}

pub async fn me(phone: &Handset) -> PersonId {
    phone.status().await.unwrap().person.unwrap().person
}

pub async fn order(phone: &Handset, command: Command) -> Result<Receipt, CommandError> {
    phone.carry_out(me(phone).await, command).await
}

/// Waits until the status says so; woken by what changes, never by the clock alone.
pub async fn until(phone: &Handset, holds: impl Fn(&PhoneStatus) -> bool) -> PhoneStatus {
    let waited = tokio::time::timeout(PATIENCE, async {
        loop {
            let serial = phone.serial();
            let status = phone.status().await.unwrap();
            if holds(&status) {
                return status;
            }
            // A run that ends between the two is told by the serial.
            let _ = tokio::time::timeout(Duration::from_secs(5), phone.after(serial)).await;
        }
    });
    waited.await.expect("it comes about")
}

pub async fn exchange(phone: &Handset) -> PhoneStatus {
    let before = phone.status().await.unwrap().receipt;
    phone.send(SendOrder::Now).await.unwrap();
    until(phone, |status| {
        status.receipt != before && status.exchange == Exchange::Idle
    })
    .await
}

pub async fn first_project(phone: &Handset) -> DocumentId {
    let page = phone.views().projects(&ProjectQuery::default()).await;
    page.unwrap().rows[0].document
}

pub async fn begin(phone: &Handset, document: DocumentId) -> VisitId {
    let command = Command::StartVisit {
        document,
        kind: VisitKind::FollowUp,
    };
    order(phone, command).await.unwrap().visit.unwrap()
}

pub async fn type_in(
    phone: &Handset,
    document: DocumentId,
    visit: VisitId,
    field: VisitField,
    value: impl Into<Value>,
) {
    let at = FieldPath::visit(visit, field);
    phone.type_value(document, at, value.into()).await.unwrap();
}

pub async fn enrolled(ground: &Ground, server: &ServerProcess, name: &str) -> Handset {
    let folder = ground.path(name);
    std::fs::create_dir_all(&folder).unwrap();
    let phone = start(&folder);
    phone.set_network(Network::Unmetered).await;
    let invitation = ground.invitation(name, &server.base_url, &COMMUNES[..1]);
    phone.enrol(&invitation, name).await.unwrap();
    until(&phone, |status| {
        status.installed && status.receipt.is_some() && status.exchange == Exchange::Idle
    })
    .await;
    phone
}

/// Fills a draft until no rule is broken.
pub async fn complete(phone: &Handset, document: DocumentId, visit: VisitId) {
    type_in(phone, document, visit, VisitField::SiteState, "actif").await;
    type_in(phone, document, visit, VisitField::Progress, 4_200).await;
    type_in(
        phone,
        document,
        visit,
        VisitField::NoPositionReason,
        "Vallée",
    )
    .await;
    for seed in 0..3 {
        let jpeg = photo::make_field_photo(seed);
        let role = PhotoRole::Overview;
        phone.add_photo(document, visit, role, jpeg).await.unwrap();
    }
    let form = phone.visit_form(document, visit).await.unwrap().unwrap();
    assert_eq!(form.violations, [], "{form:#?}");
    assert_eq!(form.progress.0, form.progress.1);
}
