// The box for a message: files, answers, names and commands that complete themselves.
const TYPING = 8000;

export class Composer {
  constructor(form, page) {
    form.append(document.getElementById("composer").content.cloneNode(true));
    this.form = form;
    this.page = page;
    this.files = [];
    this.taking = 0;
    this.text = form.querySelector("textarea");
    this.picker = form.querySelector("input[type=file]");
    this.popup = form.querySelector(".popup");
    this.line = form.querySelector(".answering");
    form.addEventListener("submit", (event) => (event.preventDefault(), this.send()));
    this.text.addEventListener("input", () => this.changed());
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("blur", () => setTimeout(() => (this.popup.hidden = true), 150));
    this.text.addEventListener("paste", (event) => this.take(event.clipboardData.files));
    this.picker.addEventListener("change", () => (this.take(this.picker.files), (this.picker.value = "")));
    form.querySelector("[data-attach]").addEventListener("click", () => this.picker.click());
    form.querySelector("[data-drop]").addEventListener("click", () => this.clear());
    const column = form.closest(".column");
    column.addEventListener("dragover", (event) => event.preventDefault());
    column.addEventListener("drop", (event) => (event.preventDefault(), this.take(event.dataTransfer.files)));
  }

  at({ id, hint }) {
    if (this.id !== id) {
      this.id = id;
      this.clear();
      this.toEnd();
    }
    this.form.classList.toggle("closed", !hint);
    this.text.disabled = !hint;
    this.text.placeholder = hint || "You cannot write here";
  }

  answer(message, author) {
    this.clear();
    this.reply = message;
    this.line.firstElementChild.textContent = `Replying to ${author}`;
    this.line.hidden = false;
    this.text.focus();
  }

  change(message, words) {
    this.clear();
    this.edited = message;
    this.line.firstElementChild.textContent = "Editing your message";
    this.line.hidden = false;
    this.text.value = words;
    this.text.focus();
    this.grow();
  }

  clear() {
    if (this.edited) this.text.value = "";
    this.reply = this.edited = null;
    this.line.hidden = true;
    this.grow();
  }

  async take(files) {
    this.taking += 1;
    try {
      for (const file of [...files].slice(0, 10 - this.files.length)) {
        const id = await this.page.upload(file);
        if (id) this.files.push({ id, name: file.name });
      }
    } finally {
      this.taking -= 1;
      this.chips();
    }
  }

  chips() {
    const list = this.form.querySelector(".chips");
    list.replaceChildren(
      ...this.files.map((file) => {
        const chip = document.createElement("li");
        const drop = document.createElement("button");
        drop.type = "button";
        drop.textContent = "×";
        drop.setAttribute("aria-label", `Remove ${file.name}`);
        drop.onclick = () => ((this.files = this.files.filter((one) => one !== file)), this.chips());
        chip.append(file.name, drop);
        return chip;
      }),
    );
  }

  send() {
    const text = this.text.value;
    if (this.taking) return this.page.toast("A moment: a file is still on its way.");
    if (!text.trim() && !this.files.length) return;
    if (this.edited) this.page.send("edit", { message: this.edited, text });
    else this.page.send("say", { channel: this.id, text, reply: this.reply, files: this.files.map((f) => f.id) });
    this.text.value = "";
    this.files = [];
    this.told = 0;
    this.edited = null;
    this.popup.hidden = true;
    this.chips();
    this.clear();
    this.toEnd();
  }

  toEnd() {
    const scroll = this.form.parentElement.querySelector(".scroll");
    scroll.dataset.low = "yes";
    requestAnimationFrame(() => (scroll.scrollTop = scroll.scrollHeight));
  }

  changed() {
    this.grow();
    this.suggest();
    if (this.text.value && Date.now() - (this.told || 0) > TYPING) {
      this.told = Date.now();
      this.page.send("type", { channel: this.id });
    }
  }

  grow() {
    this.text.rows = Math.min(8, this.text.value.split("\n").length);
  }

  taught() {
    if (document.activeElement === this.text) this.suggest();
  }

  suggest() {
    const before = this.text.value.slice(0, this.text.selectionStart);
    const found = before.match(/^(\/)([\w-]*)$|(?:^|\s)(@)([\w .-]*)$/);
    const sign = found && (found[1] || found[3]);
    const begun = found ? (found[2] ?? found[4] ?? "").toLowerCase() : "";
    const known =
      sign === "/"
        ? this.page.about.commands
        : sign === "@"
          ? this.page.about.names.map((name) => ({ name, about: "" }))
          : [];
    const fits = known.filter((one) => one.name.toLowerCase().startsWith(begun)).slice(0, 8);
    this.popup.hidden = !fits.length;
    this.popup.replaceChildren(
      ...fits.map((one, place) => {
        const line = document.createElement("button");
        line.type = "button";
        line.className = place ? "" : "first";
        line.append(sign + one.name);
        const about = document.createElement("span");
        about.textContent = one.about;
        line.append(about);
        line.onmousedown = (event) => (event.preventDefault(), this.complete(begun, one.name));
        return line;
      }),
    );
    this.begun = begun;
    this.best = fits[0]?.name;
  }

  complete(begun, name) {
    const end = this.text.selectionStart;
    const head = this.text.value.slice(0, end - begun.length) + name + " ";
    this.text.value = head + this.text.value.slice(end);
    this.text.setSelectionRange(head.length, head.length);
    this.popup.hidden = true;
    this.text.focus();
  }

  key(event) {
    if (event.isComposing) return;
    const open = !this.popup.hidden;
    if (open && event.key === "Tab") {
      event.preventDefault();
      this.complete(this.begun, this.best);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (open && this.begun !== this.best.toLowerCase()) this.complete(this.begun, this.best);
      else this.send();
    } else if (event.key === "Escape") {
      if (open) this.popup.hidden = true;
      else this.clear();
    }
  }
}
