//! `jawla invite`: a one-time invitation for a phone.

use std::process::ExitCode;

use anyhow::Context;
use jawla_model::Role;
use jawla_server::enrolment::{InviteRequest, invite};
use jawla_server::running::{DataFolder, INVITATION_LIFE_S};
use jawla_server::store::ScopeKind;
use serde::Serialize;

use crate::{DataArg, data, output};

/// Arguments of `jawla invite`.
#[derive(Debug, clap::Args)]
pub(crate) struct InviteArgs {
    #[command(flatten)]
    data: DataArg,
    /// A commune by code or name, several communes joined by `+`, or `province`. May be repeated.
    #[arg(long, required = true, value_name = "SCOPE")]
    scope: Vec<String>,
    /// The role: team_member, team_lead, commission_member, supervisor, finance,
    /// head_of_division, controller, administrator, auditor.
    #[arg(long, value_name = "ROLE")]
    role: String,
    /// The person's French name.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The person's Arabic name.
    #[arg(long, value_name = "NAME", default_value = "")]
    name_ar: String,
    /// Where the phone reaches the server; by default what the running server announced.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Prints the invitation as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Invited {
    invitation: String,
    expires_s: u64,
    url: String,
    scopes: Vec<String>,
    role: String,
}

/// Makes the invitation and prints it.
pub(crate) fn run(args: InviteArgs) -> anyhow::Result<ExitCode> {
    let folder = data::open_existing(&args.data.data)?;
    let role = Role::from_code(&args.role).with_context(|| {
        let roles: Vec<_> = Role::ALL.iter().map(|role| role.code()).collect();
        format!(
            "« {} » n'est pas un rôle ; les rôles : {}",
            args.role,
            roles.join(", ")
        )
    })?;
    let scopes = scopes(&folder, &args.scope)?;
    let url = args.url.or_else(|| folder.announced_address()).context(
        "le serveur n'a pas encore tourné : donnez --url, ou lancez d'abord `jawla serve`",
    )?;
    let request = InviteRequest {
        person: None,
        name_fr: args.name,
        name_ar: args.name_ar,
        role,
        scopes: scopes.iter().map(|(scope, _)| *scope).collect(),
        life_s: INVITATION_LIFE_S,
    };
    let address = folder.address_for_phones(url.clone());
    let invitation = invite(&folder.core, &request, &address, data::now())?;
    let invited = Invited {
        invitation: invitation.text(),
        expires_s: invitation.expires,
        url,
        scopes: scopes.into_iter().map(|(_, name)| name).collect(),
        role: role.code().into(),
    };
    if args.json {
        output::json(&invited)?;
    } else {
        println!(
            "Invitation pour un téléphone ({}, {}) :",
            invited.role,
            invited.scopes.join(", ")
        );
        println!("{}", invited.invitation);
        println!(
            "Valable une fois, jusqu'au {}.",
            output::instant(invited.expires_s)
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn scopes(
    folder: &DataFolder,
    wanted: &[String],
) -> anyhow::Result<Vec<(jawla_model::ScopeId, String)>> {
    let held = folder.core.store().list_scopes()?;
    let mut found = Vec::new();
    for text in wanted {
        let communes: Option<Vec<String>> = text
            .split('+')
            .map(|part| {
                folder
                    .bundle
                    .find_commune(part.trim())
                    .map(|commune| commune.code.clone())
            })
            .collect();
        let scope = held.iter().find(|scope| match (&communes, text.as_str()) {
            (_, "province") => scope.draft.kind == ScopeKind::Province,
            (Some(codes), _) => {
                let mut codes = codes.clone();
                codes.sort_unstable();
                scope.draft.communes == codes.join("+")
            }
            (None, _) => false,
        });
        let scope = scope.with_context(|| {
            format!("« {text} » n'est ni une commune de la province, ni « province »")
        })?;
        found.push((scope.draft.scope, scope.draft.name_fr.clone()));
    }
    Ok(found)
}
