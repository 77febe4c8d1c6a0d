// Shows a button that prints the page; without a script, words say how to.
document.querySelectorAll(".print-button").forEach((place) => {
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => print());
});
document.querySelectorAll(".print-words").forEach((words) => { words.hidden = true; });
