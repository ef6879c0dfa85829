// For the page's own part: the date belongs to the booking, not to the customer.
const form = document.querySelector("diner-form");

const date = document.createElement("p");
date.slot = "before";
date.innerHTML = '<label>Date <input type="date" name="BookingDate" required /></label>';

document.querySelector("#choose").addEventListener("change", ({ target }) => {
  // Children may come and go at any time: the form shows them in their place and checks what they require.
  if (target.checked) form.append(date);
  else date.remove();
});

form.addEventListener("diner-created", ({ detail }) => {
  document.querySelector("output").textContent = `Booked for customer ${detail.Id}`;
});
