//! A document on paper: `GET documents/{id}/pdf`, and links to it. Drawn once when all have signed, then sealed by the
//! hospital where it has a seal.

use crate::desk::{Desk, sql};
use crate::document::content::Whole;
use crate::document::row::{Document, find};
use crate::document::{Role, State};
use crate::failure::over;
use crate::link::{self, Link, PAPER_MS};
use crate::outside::Outside;
use crate::pdf::{self, Face, Field};
use crate::signature::{self, Signature, State as Signed, trust};
use crate::signer::{self, authorise};
use ca_authority::{Approval, Error as Authority, Fate, Form, Job};
use common::auth::Principal;
use common::call::Reply;
use common::problem::Problem;
use common::store::{Error, Store};
use common::timestamp::Timestamp;
use pki::evidence::{Evidence, Stamped};

mod sheet;

/// Who seals, in the audit log.
const ACTOR: &str = "service:ca-sign";
/// After so long a sheet that is not sealed yet is tried again.
const REST_MS: i64 = 10_000;

/// `GET documents/{id}/pdf`.
///
/// # Errors
/// 403, 409 `not_complete`, 422 `glyph_missing` and the like, 503.
pub async fn get<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
    face: &Face,
) -> Result<Reply, Problem> {
    let document = find(desk, caller, id).await?;
    reply(desk, &caller.actor(), &document, face).await
}

/// `GET papers/{secret}`.
///
/// # Errors
/// 404, 410, and those of [`get`].
pub async fn by_link<S: Store, O: Outside>(desk: &Desk<'_, S, O>, secret: &str, face: &Face) -> Result<Reply, Problem> {
    let document = link::opened(desk, secret).await?;
    reply(desk, "visitor", &document, face).await
}

/// `POST documents/{id}/links`: for the patient, and the pharmacy that the patient chooses.
///
/// # Errors
/// 403, 409 `not_complete`.
pub async fn link<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal, id: &str) -> Result<Reply, Problem> {
    let document = find(desk, caller, id).await?;
    complete(&document)?;
    let until = desk.now().plus_ms(PAPER_MS);
    let url = format!("{}/v1/ca-sign/papers/{}", link::origin(desk), link::paper(desk, id, until));
    desk.change(&caller.actor(), "document.link", id, "ok", Vec::new()).await?;
    Reply::json(201, &Link { url, expires_at: until.to_string(), verification: verification(desk, id) })
}

/// What the code on a sheet holds.
fn verification<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str) -> String {
    format!("{}/rx#verify={}", link::origin(desk), link::verification(desk, id))
}

fn complete(document: &Document) -> Result<(), Problem> {
    let (code, zh, en) = match document.way.state {
        State::Complete => return Ok(()),
        State::Open => ("not_complete", "签名尚未全部完成", "not all have signed"),
        State::Voided => ("document_over", "文书已作废，请勿使用", "taken back: it must not be used"),
        State::SentBack | State::Expired => ("document_over", "文书已退回或过期，请勿使用", "sent back or expired"),
    };
    Err(Problem::new(409, code, zh, en))
}

async fn reply<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    actor: &str,
    document: &Document,
    face: &Face,
) -> Result<Reply, Problem> {
    complete(document)?;
    let id = &*document.id;
    desk.change(actor, "document.pdf", id, "ok", Vec::new()).await?;
    let bytes = match kept(desk, id).await? {
        Some((pdf, true)) => pdf,
        Some((pdf, false)) => {
            // A try at a time: where the authority does not seal at once, each would be another job there.
            let rest =
                sql("UPDATE {paper} SET at = ?1 WHERE document_id = ?2 AND sealed = 0 AND at <= ?3 RETURNING at");
            let rest = rest.bind(desk.now().0).bind(id).bind(desk.now().0 - REST_MS);
            if desk.query(rest).await?.first().is_some() { sealed(desk, document, pdf).await? } else { pdf }
        }
        None => {
            let drawn = draw(desk, document, face).await?;
            // Kept before the authority is asked: who comes meanwhile has this one, and asks for no other seal.
            let keep = sql("INSERT INTO {paper} (document_id, pdf, sealed, at) VALUES (?1, ?2, 0, ?3) \
                            ON CONFLICT (document_id) DO NOTHING RETURNING at");
            let keep = keep.bind(id).bind(desk.seal(&drawn, &place(id))?).bind(desk.now().0);
            match desk.query(keep).await?.first() {
                Some(_) => sealed(desk, document, drawn).await?,
                None => kept(desk, id).await?.map_or(drawn, |(pdf, _)| pdf),
            }
        }
    };
    let reply = Reply::new(200, "application/pdf", bytes);
    Ok(reply.with(http::header::CONTENT_DISPOSITION, &format!("inline; filename=\"{id}.pdf\"")))
}

/// The sheet as it was drawn, and whether the hospital sealed it.
async fn kept<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str) -> Result<Option<(Vec<u8>, bool)>, Problem> {
    let rows = desk.query(sql("SELECT pdf, sealed FROM {paper} WHERE document_id = ?1").bind(id)).await?;
    let row = rows.first().and_then(|row| Some((row.blob(0)?, row.integer(1)? == 1)));
    row.map(|(pdf, sealed)| Ok((desk.keys().open(pdf, &place(id))?, sealed))).transpose()
}

/// What a sheet is sealed for.
fn place(id: &str) -> String {
    format!("{id}/pdf")
}

async fn draw<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    document: &Document,
    face: &Face,
) -> Result<Vec<u8>, Problem> {
    let whole: Whole = document.whole()?;
    let all = signature::of(desk, &document.id).await?;
    let signed: Vec<&Signature> = all.iter().filter(|signature| signature.state == Signed::Signed).collect();
    let mut signers = Vec::new();
    for signature in &signed {
        let signer = signer::find(desk, &signature.signer_id).await?;
        signers.push(sheet::signer(signature, &signer, signer::seal::get(desk, &signer.id).await?));
    }
    let sheet = sheet::of(&whole, document.created_at, signers, Some(verification(desk, &document.id)));
    pdf::draw(&sheet, face).map_err(undrawn)
}

/// The sheet with the hospital's seal, kept; as it is where the hospital has none that may be used, or the authority made none.
async fn sealed<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    document: &Document,
    drawn: Vec<u8>,
) -> Result<Vec<u8>, Problem> {
    let id = &*document.id;
    let pdf = match seal(desk, document, &drawn).await {
        Ok(Some(pdf)) => pdf,
        Ok(None) => return Ok(drawn),
        // Whoever is waiting has it unsealed; who comes later tries again.
        Err(problem) => {
            desk.call.note(&problem);
            desk.change(ACTOR, "document.not_sealed", id, problem.code, Vec::new()).await?;
            return Ok(drawn);
        }
    };
    let keep = sql("UPDATE {paper} SET pdf = ?1, sealed = 1, at = ?2 WHERE document_id = ?3 AND sealed = 0");
    desk.query(keep.bind(desk.seal(&pdf, &place(id))?).bind(desk.now().0).bind(id)).await?;
    // Of two that are sealed at once the first is the sheet.
    Ok(kept(desk, id).await?.map_or(pdf, |(pdf, _)| pdf))
}

async fn seal<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    document: &Document,
    drawn: &[u8],
) -> Result<Option<Vec<u8>>, Problem> {
    let rows =
        desk.query(signer::select("role = 'hospital' AND state = 'active' ORDER BY created_at LIMIT 20")).await?;
    let hospitals = rows.iter().map(|row| signer::read(desk, row)).collect::<Result<Vec<_>, _>>()?;
    let Some(hospital) = hospitals.into_iter().find(|hospital| signer::active(hospital).is_ok()) else {
        return Ok(None);
    };
    let (given, authority_id, count) = match authorise::usable(desk, &hospital, None).await {
        Ok(usable) => usable,
        // The hospital has given none that is good: the sheet goes out unsealed, and is sealed once there is one.
        Err(problem) if problem.code == over().code => return Ok(None),
        Err(problem) => return Err(problem),
    };
    match desk.change(ACTOR, "document.seal", &document.id, &given, vec![count]).await {
        Ok(_) => {}
        Err(Error::Conflict(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    let field = Field { name: Role::Hospital.name(), place: 1, signed_at: desk.now().seconds() };
    let prepared = pdf::prepare(drawn, &field).map_err(undrawn)?;
    let content = prepared.digest_input();
    let job = Job {
        reference: format!("pdf_{}", desk.id("sig")),
        person: hospital.data.person.clone(),
        approval: Approval::Authorised(authority_id.clone()),
        title: format!("{} pdf", document.id),
        content: content.clone(),
        form: Form::Cms,
        expires_at_ms: desk.now().plus_ms(PAPER_MS).0,
    };
    let reference = job.reference.clone();
    let mut outcome = match desk.outside.submit(job).await {
        Err(error) => {
            if !matches!(error, Authority::Lost(_)) {
                desk.query(authorise::unused(&given)).await?;
            }
            if let Authority::Rejected(_) = error {
                authorise::refused(desk, &given, &authority_id).await?;
            }
            return Err(crate::failure::problem(error));
        }
        Ok(outcome) => outcome,
    };
    if let Fate::Waiting(_) = outcome.fate {
        // What was approved beforehand is made at once, and had by asking.
        outcome = desk.outside.query(Some(&outcome.id), &reference).await.map_err(crate::failure::problem)?;
    }
    let Fate::Signed(der) = outcome.fate else { return Ok(None) };
    let der = trust::embedded(desk, der).await?;
    let authorities = trust::authorities(desk, Timestamp(i64::MIN)).await?;
    let evidence = Evidence { content: &content, signed_data: &der, timestamp: None, stamped: Stamped::Signature };
    let verdict = trust::held_against(desk, &evidence, &authorities, hospital.certificate.as_ref());
    match (verdict.report.failure(), pdf::embed(prepared, &der)) {
        (None, Ok(sealed)) => Ok(Some(sealed)),
        (Some(failure), _) => Err(Problem::unavailable(failure.code, format!("seal: {}", failure.detail))),
        (None, Err(error)) => Err(Problem::unavailable(error.code(), format!("seal: {error}"))),
    }
}

/// Whether a document that nobody has signed could be drawn once all have.
///
/// # Errors
/// 422 `glyph_missing`, `text_too_long`, `too_many_pages`.
pub fn check(whole: &Whole, written_at: Timestamp, face: &Face) -> Result<(), Problem> {
    pdf::check(&sheet::open(whole, written_at), face).map_err(undrawn)
}

/// Whether every character of a name has a glyph.
///
/// # Errors
/// 422 `glyph_missing`.
pub fn drawable(name: &str, face: &Face) -> Result<(), Problem> {
    face.check(name).map_err(undrawn)
}

fn undrawn(error: pdf::Error) -> Problem {
    let zh = format!("无法生成 PDF：{error}");
    Problem::new(422, error.code(), zh, error.to_string())
}

/// As it is to be read in China.
fn local(at: Timestamp) -> String {
    const CHINA_MS: i64 = 8 * 3_600_000;
    let text = at.plus_ms(CHINA_MS).to_string();
    text.get(..16).unwrap_or_default().replace('T', " ")
}
