"use client";
import { useState } from "react";
import { DinerForm } from "dinerkit/react";

/** Next puts in the variable of this name when it builds. */
const GATEWAY = process.env.NEXT_PUBLIC_GATEWAY ?? "https://booking.example";

export function Booking() {
  const [asksForDate, setAsksForDate] = useState(false);
  const [customer, setCustomer] = useState();
  return (
    <>
      <label>
        <input id="choose" type="checkbox" onChange={(event) => setAsksForDate(event.target.checked)} /> Choose a date
      </label>
      <DinerForm microsite="oak-and-salt" gateway={GATEWAY} ondiner-created={({ detail }) => setCustomer(detail.Id)}>
        {/* The date belongs to the booking. The form shows it in its place and checks that it is filled in. */}
        {asksForDate && (
          <p slot="before">
            <label>
              Date <input type="date" name="BookingDate" required />
            </label>
          </p>
        )}
      </DinerForm>
      {customer && <output>Booked for customer {customer}</output>}
    </>
  );
}
