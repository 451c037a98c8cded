/* The search of these pages runs in a worker, which browsers refuse to pages that are opened from the
   disk. There it runs in a hidden frame instead. */
"use strict";
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      const inside = frame.contentWindow;
      inside.document.open();
      inside.document.write("<!doctype html><title>Search</title>");
      inside.document.close();
      inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      const script = inside.document.createElement("script");
      script.src = url;
      const loaded = new Promise((resolve) => script.addEventListener("load", resolve));
      inside.document.head.append(script);
      this.postMessage = async (data) => {
        await loaded;
        inside.dispatchEvent(new inside.MessageEvent("message", { data }));
      };
    }
  };
}
