// Reads the calendar of Sprechstunden as programs do: zone and all.
import ICAL from "ical.js";

const address = new URL("/de/hours.ics", process.argv[2]);
const calendar = new ICAL.Component(ICAL.parse(await (await fetch(address)).text()));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
const events = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  return {
    title: event.summary,
    at: event.startDate.toJSDate().toISOString(),
    sequence: event.sequence,
    status: component.getFirstPropertyValue("status"),
  };
});
console.log(JSON.stringify(events));
