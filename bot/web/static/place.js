// Where the resident is: asks the browser when the button is pressed, at no other time, and says the point in the chat.
//
// Degrees, WGS-84, as the Geolocation standard has them. What the browser cannot say is asked for in words.

import { ASKING_PLACE, CANCEL_PLACE, NO_PLACE, PLACE_CANCELLED, SEND_PLACE, coarse } from "./words.js";

const ASKS = { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 }; // ms
const COARSE = 1000; // metres: a browser that only knows its network address may be a whole city off
const DIGITS = 5; // decimals of a degree: about a metre

export class Place {
  constructor(chat) {
    this.chat = chat;
    this.button = chat.form.querySelector(".place");
    this.told = chat.form.querySelector(".told");
    this.asking = null; // the question under way: what comes after it was given up is not listened to
    this.button.addEventListener("click", () => (this.asking ? this.end(PLACE_CANCELLED) : this.ask()));
    chat.input.addEventListener("input", () => this.asking || this.end(""));
    chat.addEventListener("said", () => this.asking || this.end(""));
    for (const event of ["arrived", "caughtup"]) chat.addEventListener(event, () => this.mark());
  }

  // It stands out while the place is what is asked for.
  mark() {
    this.button.classList.toggle("wanted", this.chat.lastOffer()?.ask === "location");
  }

  ask() {
    if (!isSecureContext) return this.end(NO_PLACE.insecure);
    if (!navigator.geolocation) return this.end(NO_PLACE.missing);
    const asking = (this.asking = {});
    this.show(ASKING_PLACE);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.asking === asking && this.found(coords),
      ({ code }) => this.asking === asking && this.end(NO_PLACE[code]),
      ASKS,
    );
  }

  found({ latitude, longitude, accuracy }) {
    if (accuracy > COARSE) return this.end(coarse(accuracy));
    this.end("");
    this.chat.say({ point: { latitude: rounded(latitude), longitude: rounded(longitude) } });
  }

  end(words) {
    this.asking = null;
    this.show(words);
  }

  show(words) {
    const stay = this.chat.atEnd();
    this.told.textContent = words;
    this.button.setAttribute("aria-label", this.asking ? CANCEL_PLACE : SEND_PLACE);
    this.button.title = this.asking ? CANCEL_PLACE : SEND_PLACE;
    this.button.classList.toggle("asking", Boolean(this.asking));
    this.told.classList.toggle("asking", Boolean(this.asking));
    if (stay) this.chat.toEnd(); // the words take their room from the conversation
  }
}

function rounded(degrees) {
  return Number(degrees.toFixed(DIGITS));
}
