//! What an instance remembers of templates and keywords, and the number that tells whether it is still so.
//!
//! Every change of them raises the number in the table `generation`. A message is stored only while that number is the
//! one its order was judged by (see `write`), so a memory that is behind costs a second look, never a wrong message.

use crate::desk::table;
use crate::keyword::Keywords;
use crate::templates::{self, Template};
use common::problem::Problem;
use common::store::{Rows, Statement, Store};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Templates remembered; beyond it they are read again.
const REMEMBERED: usize = 1_000;

/// The memory; the default one is behind.
#[derive(Debug, Default)]
pub struct Book {
    /// The number it is right for.
    pub generation: i64,
    /// All keywords.
    pub keywords: Rc<Keywords>,
    templates: HashMap<String, Rc<Template>>,
}

/// The statement that each change of a template or a keyword is accompanied by.
#[must_use]
pub fn raise() -> Statement {
    Statement::new(format!("UPDATE {} SET n = n + 1", table("generation")))
}

impl Book {
    /// Whether it can judge an order by this template, if any.
    #[must_use]
    pub fn knows(&self, template: Option<&str>) -> bool {
        self.generation > 0 && template.is_none_or(|id| self.templates.contains_key(id))
    }

    /// A template it knows.
    #[must_use]
    pub fn template(&self, id: &str) -> Option<Rc<Template>> {
        self.templates.get(id).map(Rc::clone)
    }

    fn take(&mut self, generation: i64, template: Option<Template>) {
        if self.templates.len() >= REMEMBERED {
            self.templates.clear();
        }
        self.generation = generation;
        self.templates.extend(template.map(|template| (template.id.clone(), Rc::new(template))));
    }
}

/// What has to be read to be up to date, beside the keywords.
#[must_use]
pub fn reads(template: Option<&str>) -> [Statement; 2] {
    let generation = Statement::new(format!("SELECT n FROM {}", table("generation")));
    [generation, templates::find(template.unwrap_or_default())]
}

/// Brings the memory up to date with the answers to [`reads`], made in one transaction.
///
/// # Errors
/// The store's, when the keywords have to be read.
pub async fn refresh<S: Store>(book: &RefCell<Book>, store: &S, answers: &[Rows]) -> Result<(), Problem> {
    let row = |i: usize| answers.get(i).and_then(Rows::first);
    let generation = row(0).and_then(|row| row.integer(0));
    let generation = generation.ok_or_else(|| Problem::internal("the table generation is empty"))?;
    let template = row(1).map(|row| Template::read(&row)).transpose()?;
    if book.borrow().generation == generation {
        book.borrow_mut().take(generation, template);
        return Ok(());
    }
    // The keywords may be newer than the number: then the number is raised, and they are read again in time.
    let words = store.query(Statement::new(format!("SELECT word FROM {} ORDER BY folded", table("keyword")))).await?;
    let words = words.iter().filter_map(|row| row.text(0).map(str::to_owned)).collect();
    let keywords = Rc::new(Keywords::new(words)?);
    *book.borrow_mut() = Book { generation, keywords, templates: HashMap::new() };
    book.borrow_mut().take(generation, template);
    Ok(())
}

/// Reads what is needed to judge an order by this template, if any.
///
/// # Errors
/// The store's.
pub async fn learn<S: Store>(book: &RefCell<Book>, store: &S, template: Option<&str>) -> Result<(), Problem> {
    let answers = store.transact(reads(template).into()).await?;
    refresh(book, store, &answers).await
}
