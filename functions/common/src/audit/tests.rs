use super::*;
use crate::migration;
use crate::testing::{Memory, now};

fn sample<'a>(id: &'a str, object: &'a str) -> Entry<'a> {
    let (request_id, actor, action, result) = ("req_1", "system:his", "read", "ok");
    Entry { id, at: Timestamp(5), request_id, actor, action, object, result }
}

fn store(entries: usize) -> Memory {
    let store = Memory::new();
    now(migration::run(&store, "f", migration::COMMON, Timestamp(0))).unwrap();
    for i in 0..entries {
        now(append(&store, "f", &sample(&format!("aud_{i:04}"), "obj"), vec![])).unwrap();
    }
    store
}

#[test]
fn any_change_breaks_the_chain() {
    assert_eq!(now(verify(&store(0), "f")).unwrap(), Head { count: 0, hash: ROOT.to_owned() });
    assert_eq!(now(verify(&store(501), "f")).unwrap().count, 501);
    let tampering = [
        "UPDATE f_audit SET result = 'denied' WHERE seq = 2",
        "UPDATE f_audit SET at = 6 WHERE seq = 2",
        "UPDATE f_audit SET actor = 'system:hisr', action = 'ead' WHERE seq = 2",
        "DELETE FROM f_audit WHERE seq = 2",
        "UPDATE f_audit SET seq = 9 WHERE seq = 2",
        "UPDATE f_audit SET seq = NULL WHERE seq = 2",
    ];
    for sql in tampering {
        let store = store(3);
        now(store.query(Statement::new(sql))).unwrap();
        let error = now(verify(&store, "f")).unwrap_err().to_string();
        assert!(error.contains("breaks at entry 2"), "{sql}: {error}");
    }
}

#[test]
fn who_saw_an_older_head_seals_nothing() {
    let store = store(2);
    let put = |id| now(store.transact(insert("f", &[sample(id, "obj")]))).unwrap();
    let see = || sealing("f", &now(store.query(unsealed("f"))).unwrap()).unwrap();
    let run = |statement| now(store.query(statement)).unwrap().rows.len();
    put("aud_b");
    let first = see();
    put("aud_a");
    put("aud_c");
    let slow = see();
    assert_eq!(run(first), 1);
    // `slow` counted on a before b, and the chain has b before a: c must not follow what is not there.
    put("aud_0");
    now(seal(&store, "f")).unwrap();
    put("aud_d");
    assert_eq!(run(slow), 0);
    assert_eq!(now(verify(&store, "f")).unwrap().count, 7);
}

#[test]
fn what_a_crash_left_unsealed_is_sealed_next() {
    let store = store(1);
    now(store.transact(insert("f", &[sample("aud_left", "obj")]))).unwrap();
    now(append(&store, "f", &sample("aud_next", "obj"), vec![])).unwrap();
    let open = now(store.query(Statement::new("SELECT id FROM f_audit WHERE seq IS NULL"))).unwrap();
    assert!(open.rows.is_empty());
    assert_eq!(now(verify(&store, "f")).unwrap().count, 3);
}

#[test]
fn many_entries_are_stored_and_sealed_together() {
    let store = store(1);
    let ids: Vec<String> = (0..1_200).map(|i| format!("aud_b{i:04}")).collect();
    let entries: Vec<_> = ids.iter().map(|id| sample(id, "obj")).collect();
    let statements = insert("f", &entries);
    assert_eq!(statements.len(), 3);
    now(store.transact(statements)).unwrap();
    assert!(insert("f", &[]).is_empty());
    now(seal(&store, "f")).unwrap();
    assert_eq!(now(verify(&store, "f")).unwrap().count, 501 + 500, "a page at a time");
    now(seal(&store, "f")).unwrap();
    assert_eq!(now(verify(&store, "f")).unwrap().count, 1_201);
}

#[test]
fn a_batch_tells_only_of_what_happened() {
    let store = store(1);
    now(store.query(Statement::new("CREATE TABLE t (id TEXT PRIMARY KEY)"))).unwrap();
    let batch = [sample("aud_1", "done"), sample("aud_2", "not done")];
    let condition = "EXISTS (SELECT 1 FROM t WHERE t.id = v.column6) AND v.column1 LIKE 'aud%'";
    let change = Statement::new("INSERT INTO t (id) VALUES ('done')");
    now(store.transact(vec![change, insert_where("f", &batch, condition)])).unwrap();
    let rows = now(store.query(Statement::new("SELECT object, action FROM f_audit WHERE seq IS NULL"))).unwrap();
    assert_eq!(rows.iter().map(|row| row.text(0).unwrap().to_owned()).collect::<Vec<_>>(), ["done"]);
    assert_eq!(now(verify(&store, "f")).unwrap().count, 2);
}

#[test]
fn a_change_and_its_entry_are_one() {
    let store = store(0);
    now(store.query(Statement::new("CREATE TABLE t (id BIGINT PRIMARY KEY)"))).unwrap();
    let change = || vec![Statement::new("INSERT INTO t (id) VALUES (1) RETURNING id")];
    let rows = now(append(&store, "f", &sample("aud_1", "a"), change())).unwrap();
    assert_eq!(rows.first().unwrap().first().unwrap().integer(0), Some(1));
    // The second insert breaks the caller's own constraint: no entry is left behind.
    let error = now(append(&store, "f", &sample("aud_2", "b"), change())).unwrap_err();
    assert!(matches!(error, Error::Conflict(_)));
    assert_eq!(now(verify(&store, "f")).unwrap().count, 1);
}
