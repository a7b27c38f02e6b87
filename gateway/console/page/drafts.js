/** What was typed and not sent: kept for the tab, whatever becomes of the form or the page. */

const STORE = "incident-gateway-drafts";
const MOST = 20;

/** Gives controls what was typed in them before, and keeps what is typed from now on; whether there was anything. */
export function keepDraft(name, controls) {
  const initial = Object.fromEntries(Object.entries(controls).map(([field, { value }]) => [field, value]));
  const draft = read()[name] ?? {};
  for (const [field, control] of Object.entries(controls)) {
    if (field in draft) control.value = draft[field];
    control.addEventListener("input", () => keep(name, controls, initial));
  }
  return Object.keys(draft).length > 0;
}

/** Forgets what was typed, as it was sent or is not wanted. */
export function dropDraft(name) {
  const { [name]: _, ...others } = read();
  store(others);
}

function keep(name, controls, initial) {
  const typed = Object.entries(controls).filter(([field, { value }]) => value !== initial[field]);
  const { [name]: _, ...others } = read();
  const draft = Object.fromEntries(typed.map(([field, { value }]) => [field, value]));
  store(Object.fromEntries([...Object.entries(others).slice(1 - MOST), [name, draft]]));
}

const read = () => JSON.parse(sessionStorage.getItem(STORE) ?? "{}");

/** A tab that has no room for a draft is no reason to type no more. */
function store(drafts) {
  try {
    sessionStorage.setItem(STORE, JSON.stringify(drafts));
  } catch (error) {
    if (error.name !== "QuotaExceededError") throw error;
  }
}
