// A modal: its fields are sent together.
import { boxes, chosen } from "./presses.js";
import { act } from "./send.js";

export function forms(modal) {
  modal.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = {};
    for (const field of modal.querySelectorAll("[data-act=fill]")) {
      values[field.dataset.action] = field.nodeName === "FIELDSET" ? boxes(field) : chosen(field);
    }
    await act({ act: "submit", view: event.target.dataset.form, values });
  });
  modal.addEventListener("cancel", (event) => {
    event.preventDefault();
    const view = modal.querySelector("form")?.dataset.form;
    if (view) act({ act: "close", view });
  });
}
