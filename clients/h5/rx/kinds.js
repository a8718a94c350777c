// Documents other than prescriptions while they are written: what each kind begins with, and how it is sent.

/** A kind's title and the headings of its first paragraphs; as all of a document they stay Chinese. */
const BEGINNINGS = {
  consult_record: ["问诊记录", ["病情摘要", "诊疗意见"]],
  report: ["检查报告", ["检查所见", "结论"]],
  consent: ["知情同意书", ["告知内容", "声明"]],
};
const TITLES = Object.values(BEGINNINGS).map(([title]) => title);

export const KINDS = ["prescription", ...Object.keys(BEGINNINGS)];

/** Gives a draft what its kind begins with; what was written already stays. */
export function begin(draft) {
  const [title, headings] = BEGINNINGS[draft.kind] ?? [draft.title, []];
  if (!draft.title || TITLES.includes(draft.title)) draft.title = title;
  if (draft.paragraphs.every(({ text }) => !text.trim())) draft.paragraphs = headings.map((heading) => ({ heading, text: "" }));
}

/** What was pasted may hold tabs and the like, which the server refuses. */
const plain = (text = "") => text.replace(/[^\P{Cc}\n]/gu, " ").trim();

/** As `POST documents` wants it. */
export const textOf = ({ title, department, paragraphs }) => ({
  title: plain(title),
  department: plain(department),
  paragraphs: paragraphs.map(({ heading, text }) => ({ heading: plain(heading) || undefined, text: plain(text) })),
});
