// The console's front end. It keeps nothing in the browser's storage, and names nothing in a URL but the page.
import {html, render, useState, useEffect, useCallback, useRef} from '/preact-htm.js';

const PAGES = [
  {id: 'now', name: 'Now', every: 5000},
  {id: 'payment', name: 'Payment', fields: [['client', 'Client'], ['key', 'Idempotency key'], ['payment', 'or payment id']]},
  {id: 'incidents', name: 'Incidents', every: 15000},
  {id: 'clients', name: 'Clients', every: 30000},
  {id: 'policies', name: 'Policies', every: 30000},
  {id: 'dead-letters', name: 'Dead letters', every: 15000},
  {id: 'accounts', name: 'Accounts', fields: [['account', 'Account'], ['after', 'or list those after']], first: true},
  {id: 'audit', name: 'Audit', every: 15000},
];

const tags = new Map();

/** Asks the console. An answer that is the same as before is null. */
async function ask(path, body, csrf) {
  const headers = {};
  if (body) headers['Content-Type'] = 'application/json';
  if (csrf) headers['X-Hapax-Csrf'] = csrf;
  if (!body && tags.has(path)) headers['If-None-Match'] = tags.get(path);
  const answer = await fetch(path, {method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body),
    credentials: 'same-origin'});
  if (answer.status === 304) return null;
  const value = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(value.error), {status: answer.status});
  if (!body) tags.set(path, answer.headers.get('ETag'));
  return value;
}

function Login({enter}) {
  const [error, setError] = useState('');
  const submit = async event => {
    event.preventDefault();
    const typed = new FormData(event.target);
    try {
      enter(await ask('/api/login', {name: typed.get('name'), password: typed.get('password')}));
    } catch (failed) {
      setError(failed.status ? failed.message : 'the console does not answer');
    }
  };
  return html`<main><form class="login" onSubmit=${submit}>
    <h1>Hapax console</h1>
    <div role="alert">${error && html`<p class="blind">${error}</p>`}</div>
    <label>Name <input name="name" autocomplete="username" required autofocus /></label>
    <label>Password <input name="password" type="password" autocomplete="current-password" required /></label>
    <button>Log in</button>
  </form></main>`;
}

function Table({table}) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${table.title}><table>
    <caption>${table.title}</caption>
    <thead><tr>${table.columns.map(column => html`<th scope="col">${column}</th>`)}</tr></thead>
    <tbody>${table.rows.length
      ? table.rows.map(row => html`<tr>${row.map(cell => html`<td>${cell}</td>`)}</tr>`)
      : html`<tr><td colspan=${table.columns.length} class="quiet">${table.empty}</td></tr>`}</tbody>
  </table></div>`;
}

function Page({page, csrf, leave}) {
  const [view, setView] = useState(null);
  const [waits, setWaits] = useState(false);
  const heading = useRef(null);
  const look = useCallback(async (fields, again) => {
    if (!again) setWaits(true);
    try {
      const seen = await ask('/api/page/' + page.id, fields && {fields}, csrf);
      if (seen) setView(seen);
    } catch (failed) {
      if (failed.status === 401) leave();
      else setView({tables: [], cannotSee: [failed.status ? failed.message : 'the console does not answer']});
    } finally {
      setWaits(false);
    }
  }, [page, csrf]);
  useEffect(() => {
    heading.current.focus();
    document.title = page.name + ' - Hapax console';
    if (page.fields && !page.first) return undefined;
    tags.clear();
    look(null, false);
    const timer = page.every && setInterval(() => { if (!document.hidden) look(null, true); }, page.every);
    return () => clearInterval(timer);
  }, [page]);
  const submit = event => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target));
    look(fields, false);
  };
  const text = () => view.tables.map(table => [table.title, table.columns.join('\t'),
    ...table.rows.map(row => row.join('\t'))].join('\n')).join('\n\n');
  return html`
    <h1 tabindex="-1" ref=${heading}>${page.name}</h1>
    ${page.fields && html`<form onSubmit=${submit} autocomplete="off">
      ${page.fields.map(([name, label]) => html`<label>${label} <input name=${name} /></label>`)}
      <button>Show</button></form>`}
    <div role="status" class="quiet">${waits ? 'Looking...' : ''}</div>
    ${view && view.cannotSee.length > 0 && html`<div class="blind" role="alert">Not all can be seen:
      <ul>${view.cannotSee.map(why => html`<li>${why}</li>`)}</ul></div>`}
    ${view && view.tables.map(table => html`<${Table} table=${table} />`)}
    ${view && view.tables.length > 0 && html`<button type="button"
      onClick=${() => navigator.clipboard && navigator.clipboard.writeText(text())}>Copy as text</button>`}`;
}

function Console() {
  const [session, setSession] = useState(undefined);
  const [id, setId] = useState(location.hash.slice(1));
  useEffect(() => {
    const moved = () => setId(location.hash.slice(1));
    addEventListener('hashchange', moved);
    fetch('/api/session', {credentials: 'same-origin'})
      .then(async answer => setSession(answer.ok ? await answer.json() : null), () => setSession(null));
    return () => removeEventListener('hashchange', moved);
  }, []);
  const leave = () => { tags.clear(); setSession(null); };
  if (session === undefined) return html`<main><p role="status">Looking...</p></main>`;
  if (session === null) return html`<${Login} enter=${setSession} />`;
  const page = PAGES.find(each => each.id === id) || PAGES[0];
  const logout = () => ask('/api/logout', {}, session.csrf).then(leave, leave);
  return html`
    <a class="skip" href="#main" onClick=${event => { event.preventDefault(); document.querySelector('h1').focus(); }}>
      Skip to the page</a>
    <header><strong>Hapax console</strong><span>${session.name}</span>
      <button type="button" onClick=${logout}>Log out</button></header>
    <nav aria-label="Pages"><ul>${PAGES.map(each => html`<li><a href=${'#' + each.id}
      aria-current=${each === page ? 'page' : undefined}>${each.name}</a></li>`)}</ul></nav>
    <main id="main"><${Page} key=${page.id} page=${page} csrf=${session.csrf} leave=${leave} /></main>`;
}

render(html`<${Console} />`, document.getElementById('console'));
