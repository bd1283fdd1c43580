// The page: shows what the server draws, sends what people do. It decides and computes nothing.
import { actions } from "./actions.js";
import { clocks } from "./clocks.js";
import { composer } from "./composer.js";
import { keyboard } from "./keyboard.js";
import { Link } from "./link.js";
import { Page } from "./page.js";
import { replay } from "./replay.js";
import { sessions } from "./sessions.js";
import { toast } from "./toasts.js";

const named = location.pathname.match(/^\/s\/([\w-]{1,64})$/);
const name = named ? named[1] : crypto.getRandomValues(new Uint32Array(4)).join("-");
if (!named || location.hash) history.replaceState(null, "", `/s/${name}`); // a link's token is used up

const page = new Page();
const link = new Link(`/ws/agent/${name}?view=1&events=0`, {
  up: () => page.connect(),
  down: () => page.disconnect(),
  back: (frame) => restore(frame),
  frame: (frame) => {
    if (frame.hello) list.current(frame.hello.session_id);
    if (frame.fragment) page.put(frame.fragment);
    if (frame.snapshot) page.complete(frame.snapshot.keys);
    if (frame.error) {
      toast(frame.error.text);
      page.able(document.body.dataset.link === "up");
    }
    if (frame.ack?.title) toast(`${frame.ack.title}\n${frame.ack.body}`, 12000);
    if (frame.fragment?.region === "status") list.soon();
  },
});
const list = sessions();
document.getElementById("export").href = `/sessions/${name}/export`;
actions(link);
const restore = composer(link);
keyboard(link);
replay(link, page, name);
clocks();
link.open();
