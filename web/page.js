// Makes the forms better; they work without it.
'use strict';

// What stands in an address for the name: the server takes it apart again, and has the last word.
function host(typed) {
  return typed.trim().replace(/^([a-z][a-z0-9+.-]*:)?\/+/i, '').replace(/[\/?#].*$/, '')
    .replace(/^.*@/, '').replace(/:\d*$/, '').replace(/\.$/, '');
}

function problem(name) {
  if (!name) return 'Give a domain, as in example.com.';
  if (/\s/.test(name)) return 'There is a blank in it, which no domain name has.';
  return '';
}

function refuse(input, words) {
  const place = document.getElementById('domain-error');
  place.textContent = words && 'Not checked: ' + words;
  if (words) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
  if (words) input.focus();
  return words !== '';
}

// The button keeps the focus, so that a reader hears what is under way.
function begin(form, name) {
  form.dataset.busy = 'yes';
  form.querySelector('button').setAttribute('aria-disabled', 'true');
  form.querySelector('.busy').textContent = 'Asking ' + name + '. This can take a minute.';
}

function rest(form) {
  delete form.dataset.busy;
  form.querySelector('button').removeAttribute('aria-disabled');
  form.querySelector('.busy').textContent = '';
}

const forms = document.querySelectorAll('form');
for (const form of forms) {
  const input = form.elements.domain;
  const typed = input.type === 'text';
  if (typed) form.noValidate = true;
  form.addEventListener('submit', (event) => {
    if (form.dataset.busy || (typed && refuse(input, problem(host(input.value))))) event.preventDefault();
    else if (!event.submitter?.hasAttribute('formaction')) begin(form, host(input.value));
  });
}

// Who asked for something hears what came of it; a part that the address names goes before.
const result = document.querySelector('.refused, .done') ?? (location.pathname === '/check' && document.getElementById('title'));
if (result && !location.hash && !document.querySelector('[autofocus]')) result.focus();

// Who comes back by the browser's button finds the page as it was left.
window.addEventListener('pageshow', () => forms.forEach(rest));
