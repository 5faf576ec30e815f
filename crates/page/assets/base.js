// Says that scripts run, and copies code. What pages share; without it they show everything.
(() => {
  "use strict";
  document.documentElement.classList.add("scripts");
  const say = (text) => { document.getElementById("status").textContent = text; };

  // A page of a file may have no clipboard.
  const copy = async (code) => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      return true;
    } catch {
      getSelection().selectAllChildren(code);
      const done = document.execCommand("copy");
      if (done) getSelection().removeAllRanges();
      return done;
    }
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const done = await copy(button.parentElement.querySelector("code"));
    button.textContent = done ? "Copied" : "Selected";
    say(done ? "copied" : "selected: copy it with the keyboard");
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
})();
