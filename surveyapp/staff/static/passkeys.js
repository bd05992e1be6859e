// Passkeys: asks the device for a new key or for an answer with one, puts it into the form that is there, and sends that.
"use strict";
(() => {
  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), letter => letter.charCodeAt(0));
  const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const create = async options => {
    options.challenge = bytes(options.challenge);
    options.user.id = bytes(options.user.id);
    options.excludeCredentials.forEach(each => { each.id = bytes(each.id); });
    const made = await navigator.credentials.create({publicKey: options});
    return {
      id: made.id, rawId: made.id, type: made.type,
      response: {clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject)},
    };
  };
  const get = async options => {
    options.challenge = bytes(options.challenge);
    const found = await navigator.credentials.get({publicKey: options});
    const {clientDataJSON, authenticatorData, signature, userHandle} = found.response;
    return {
      id: found.id, rawId: found.id, type: found.type,
      response: {
        clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature),
        userHandle: userHandle ? text(userHandle) : null,
      },
    };
  };

  if (!window.PublicKeyCredential || !navigator.credentials) return;
  for (const told of document.querySelectorAll("[data-without-passkeys]")) told.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const failed = form.querySelector("[data-failed]");
    form.hidden = false;
    form.addEventListener("submit", async event => {
      event.preventDefault();
      failed.hidden = true;
      try {
        const answer = await (form.dataset.passkey === "create" ? create : get)(JSON.parse(form.dataset.options));
        form.elements.credential.value = JSON.stringify(answer);
        form.submit();
      } catch {
        failed.hidden = false;
      }
    });
  }
})();
