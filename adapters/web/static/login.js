// The link that the terminal shows carries the token behind its #, which never leaves the browser.
const given = new URLSearchParams(location.hash.slice(1)).get("token");
const field = document.getElementById("token");

if (given) {
  history.replaceState(null, "", location.pathname); // neither history nor screen keeps it
  field.value = given;
  field.form.requestSubmit();
}
