/**
 * Updates the page live and submits its forms in place. Open details stay open, and nothing is replaced while a field
 * has focus. Without the script all forms and links still work.
 */
export const script = `
const live = document.querySelector('.live');
const fields = () => [...document.querySelectorAll('main form')].flatMap((form) =>
  [...form.querySelectorAll('select, input:not([type=hidden])')].map((field) => [
    form.querySelector('[name=action]').value + ' ' + field.name, field,
  ]));
const keyed = () => [...document.querySelectorAll('details[data-key][open]')].map((one) => one.dataset.key);
let asking = false;
let again = false;
async function refresh() {
  if (asking) { again = true; return; }
  asking = true;
  try {
    const answer = await fetch('/', { headers: { accept: 'text/html' } });
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (document.activeElement && document.activeElement.matches('main select, main input')) return;
    const open = keyed();
    const chosen = new Map(fields().map(([key, field]) => [key, field.value]));
    for (const part of ['header .clock', 'main']) {
      const [from, to] = [next.querySelector(part), document.querySelector(part)];
      if (from && to) to.replaceChildren(...from.childNodes);
    }
    for (const [key, field] of fields()) if (chosen.has(key)) field.value = chosen.get(key);
    for (const key of open) {
      const found = document.querySelector('details[data-key="' + CSS.escape(key) + '"]');
      if (found) found.open = true;
    }
  } catch {} finally {
    asking = false;
    if (again) { again = false; refresh(); }
  }
}
document.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { target, submitter } = event;
  const answer = await fetch(target.getAttribute('action'), {
    method: 'POST', body: new URLSearchParams(new FormData(target, submitter)), redirect: 'manual',
  });
  if (document.activeElement) document.activeElement.blur();
  if (answer.type === 'basic' && !answer.ok) {
    document.open(); document.write(await answer.text()); document.close();
  } else {
    target.reset();
    refresh();
  }
});
const source = new EventSource('/_world/live');
source.addEventListener('open', () => { live.classList.add('on'); live.textContent = 'live'; });
source.addEventListener('error', () => { live.classList.remove('on'); live.textContent = 'not connected'; });
source.addEventListener('change', refresh);
setInterval(refresh, 10000);
`;
