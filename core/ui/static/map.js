// The map of the office, live. It takes the place of the drawing in the page only once it is
// there itself: without script, without WebGL, and on paper the drawing stays.
const NAMESPACE = "http://www.w3.org/2000/svg";
const STATES = ["EC", "NL", "AC", "AB", "NR"];
const CLUSTERS_TO_ZOOM = 14;
const PROJECTS_ON_CARD_MAX = 8;
const SLICE_LENGTH = 100;

/** Where the person was looking, kept when the page refreshes itself. */
let camera = null;
let live = null;
let shaping = null;

const make = (name, attributes = {}, ...inside) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
};
const draw = (name, attributes) => {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

const canDraw = () => {
  try {
    const gl = document.createElement("canvas").getContext("webgl2");
    gl?.getExtension("WEBGL_lose_context")?.loseContext();
    return gl !== null;
  } catch { return false; }
};

const read = async (address) => {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
};

/** The colours are those of the style: asked of the elements that it colours. */
const colours = (panel) => {
  const probe = panel.appendChild(make("span", { hidden: "" }));
  const of = (className, property = "backgroundColor") => {
    probe.className = className;
    return getComputedStyle(probe)[property];
  };
  const found = {
    steps: [0, 1, 2, 3, 4, 5].map((step) => of(`step-${step}`)),
    states: Object.fromEntries(STATES.map((state) => [state, of(`dot round s-${state}`)])),
    ring: of("dot round ringed", "borderTopColor"),
    ink: getComputedStyle(document.body).color,
    paper: getComputedStyle(panel).backgroundColor,
    ground: getComputedStyle(document.body).backgroundColor,
  };
  probe.remove();
  return found;
};

/** Area and centre of gravity of a ring. */
const centre = (ring) => {
  let [twice, x, y] = [0, 0, 0];
  for (let at = 0; at + 1 < ring.length; at += 1) {
    const cross = ring[at][0] * ring[at + 1][1] - ring[at + 1][0] * ring[at][1];
    twice += cross;
    x += (ring[at][0] + ring[at + 1][0]) * cross;
    y += (ring[at][1] + ring[at + 1][1]) * cross;
  }
  return { area: Math.abs(twice), point: [x / (3 * twice), y / (3 * twice)] };
};

const outerRings = ({ type, coordinates }) =>
  (type === "Polygon" ? [coordinates] : coordinates).map((part) => part[0]);

/** Shapes and names of the communes; what they are called and how deep their colour is stands in
    the drawing. */
const communesOf = (shapes, place) => {
  const drawn = new Map([...place.querySelectorAll("a[data-commune]")].map((link) => [link.dataset.commune, link.dataset]));
  const names = [];
  const bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const shape of shapes.features) {
    const known = drawn.get(shape.properties.code.replaceAll(".", ""));
    shape.properties = { step: Number(known?.step ?? 0) };
    let largest = { area: 0 };
    for (const ring of outerRings(shape.geometry)) {
      const found = centre(ring);
      if (found.area > largest.area) largest = found;
      for (const [x, y] of ring) {
        bounds[0] = Math.min(bounds[0], x); bounds[1] = Math.min(bounds[1], y);
        bounds[2] = Math.max(bounds[2], x); bounds[3] = Math.max(bounds[3], y);
      }
    }
    if (known && largest.point) {
      names.push({
        type: "Feature",
        geometry: { type: "Point", coordinates: largest.point },
        properties: { name: known.name, step: Number(known.step), order: -Number(known.number) },
      });
    }
  }
  return { shapes, names: { type: "FeatureCollection", features: names }, bounds };
};

const styleOf = (communes, points, colour, language) => {
  const counted = STATES.map((state) => [state, ["+", ["case", ["==", ["get", "state"], state], 1, 0]]]);
  const single = ["!", ["has", "point_count"]];
  const wide = (more) => ["interpolate", ["linear"], ["zoom"], 8, 5 + more, 13, 8 + more];
  const pick = (key, pairs, otherwise) => ["match", ["get", key], ...pairs.flat(), otherwise];
  return {
    version: 8,
    sources: {
      communes: { type: "geojson", data: communes.shapes },
      names: { type: "geojson", data: communes.names },
      projects: {
        type: "geojson", data: points, cluster: true, clusterRadius: 44, clusterMaxZoom: CLUSTERS_TO_ZOOM - 1,
        clusterProperties: { ...Object.fromEntries(counted), alerts: ["+", ["get", "alert"]] },
      },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colour.paper } },
      { id: "communes", type: "fill", source: "communes",
        paint: { "fill-color": pick("step", colour.steps.map((one, step) => [step, one]), colour.steps[0]) } },
      { id: "borders", type: "line", source: "communes", paint: { "line-color": colour.paper, "line-width": 1.5 } },
      { id: "names", type: "symbol", source: "names",
        layout: {
          "text-field": ["get", "name"], "symbol-sort-key": ["get", "order"], "text-max-width": 7,
          "text-font": language.startsWith("ar") ? ["Noto Sans Arabic Bold", "Noto Sans Bold"] : ["Noto Sans Bold", "Noto Sans Arabic Bold"],
          "text-size": ["interpolate", ["linear"], ["zoom"], 8, 12, 12, 16], "text-padding": 4,
        },
        paint: {
          "text-color": ["case", [">=", ["get", "step"], 4], colour.paper, colour.ink],
          "text-halo-color": pick("step", colour.steps.map((one, step) => [step, one]), colour.paper),
          "text-halo-width": 1.25,
        } },
      { id: "alerts", type: "circle", source: "projects", filter: ["all", single, ["==", ["get", "alert"], 1]],
        paint: { "circle-radius": wide(3), "circle-opacity": 0, "circle-stroke-width": 2, "circle-stroke-color": colour.ring } },
      { id: "projects", type: "circle", source: "projects", filter: single,
        paint: {
          "circle-radius": wide(0), "circle-stroke-width": 1.5,
          "circle-stroke-color": ["case", ["==", ["get", "state"], "NR"], "#555", colour.paper],
          "circle-color": pick("state", STATES.map((state) => [state, colour.states[state]]), colour.paper),
        } },
    ],
  };
};

/** A cluster: how many, in a ring of the shares of their states. */
const clusterOf = (properties, words) => {
  const number = properties.point_count;
  const size = Math.min(26 + 10 * Math.log10(number), 56);
  const picture = draw("svg", { viewBox: "0 0 42 42", width: size, height: size, "aria-hidden": "true" });
  if (properties.alerts > 0) picture.append(draw("circle", { class: "ringed", cx: 21, cy: 21, r: 20 }));
  picture.append(draw("circle", { class: "cluster-ground", cx: 21, cy: 21, r: 18.5 }));
  let before = 0;
  for (const state of STATES) {
    const share = (properties[state] / number) * SLICE_LENGTH;
    if (share === 0) continue;
    picture.append(draw("circle", {
      class: `slice s-${state}`, cx: 21, cy: 21, r: 15.5, pathLength: SLICE_LENGTH,
      "stroke-dasharray": `${share} ${SLICE_LENGTH - share}`, "stroke-dashoffset": -before, transform: "rotate(-90 21 21)",
    }));
    before += share;
  }
  const text = draw("text", { x: 21, y: 21, "text-anchor": "middle", "dominant-baseline": "central" });
  text.textContent = number;
  picture.append(text);
  return make("button", { type: "button", class: "cluster", "aria-label": `${words.projects} : ${number}` }, picture);
};

const cardOf = (features, place, words, close) => {
  const label = (state) => document.querySelector(`.map-key [data-state="${CSS.escape(state)}"]`)?.textContent.trim() ?? state;
  const lines = features.slice(0, PROJECTS_ON_CARD_MAX).map(({ properties }) => make("li", {},
    make("a", { href: `/projets/${properties.project}` }, make("bdi", {}, properties.title)),
    make("p", { class: "quiet" }, make("span", { class: `dot round s-${properties.state}`, "aria-hidden": "true" }),
      label(properties.state), properties.progress ? ` · ${properties.progress}` : "")));
  const leave = make("button", { type: "button", class: "bare", title: words.close, "aria-label": words.close }, iconOf(words, "x"));
  leave.addEventListener("click", close);
  const card = make("div", { class: "map-card", role: "dialog", "aria-label": words.projects }, leave, make("ul", {}, ...lines));
  if (features.length > PROJECTS_ON_CARD_MAX) card.append(make("p", { class: "quiet" }, `+ ${features.length - PROJECTS_ON_CARD_MAX}`));
  card.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  place.append(card);
  card.querySelector("a")?.focus();
  return card;
};

const iconOf = (words, name) => {
  const icon = draw("svg", { class: "icon", "aria-hidden": "true", focusable: "false" });
  icon.append(draw("use", { href: `${words.icons}#${name}` }));
  return icon;
};

/** Buttons of the map, and what a click or a key on it does. */
const withControls = (map, place, words, bounds) => {
  const act = (name, icon, doing) => {
    const button = make("button", { type: "button", title: words[name], "aria-label": words[name] }, iconOf(words, icon));
    button.addEventListener("click", doing);
    return button;
  };
  place.append(make("div", { class: "map-acts" },
    act("closer", "plus", () => map.zoomIn()), act("farther", "minus", () => map.zoomOut()),
    act("whole", "house", () => map.fitBounds(bounds, { padding: 16 }))));
  let card = null;
  const close = () => { card?.remove(); card = null; map.getCanvas().focus({ preventScroll: true }); };
  map.on("click", ({ point }) => {
    const around = [[point.x - 6, point.y - 6], [point.x + 6, point.y + 6]];
    const found = map.queryRenderedFeatures(around, { layers: ["projects"] });
    card?.remove();
    card = found.length > 0 ? cardOf(found, place, words, close) : null;
  });
  for (const [event, cursor] of [["mouseenter", "pointer"], ["mouseleave", ""]]) {
    map.on(event, "projects", () => { map.getCanvas().style.cursor = cursor; });
  }
  // The wheel belongs to the page until somebody is at work in the map.
  map.scrollZoom.disable();
  map.getCanvas().addEventListener("focus", () => map.scrollZoom.enable());
  map.getCanvas().addEventListener("blur", () => map.scrollZoom.disable());
};

const withClusters = (map, library, words) => {
  const shown = new Map();
  map.on("render", () => {
    if (!map.isSourceLoaded("projects")) return;
    const wanted = new Set();
    for (const { properties, geometry } of map.querySourceFeatures("projects", { filter: ["has", "point_count"] })) {
      const id = properties.cluster_id;
      wanted.add(id);
      if (shown.has(id)) continue;
      const element = clusterOf(properties, words);
      element.addEventListener("click", async (event) => {
        event.stopPropagation();
        const zoom = await map.getSource("projects").getClusterExpansionZoom(id);
        map.easeTo({ center: geometry.coordinates, zoom: Math.max(zoom, map.getZoom() + 0.5) });
      });
      shown.set(id, new library.Marker({ element }).setLngLat(geometry.coordinates).addTo(map));
    }
    for (const [id, marker] of shown) {
      if (wanted.has(id)) continue;
      marker.remove();
      shown.delete(id);
    }
  });
};

const stop = () => {
  const ended = live;
  live = null;
  if (!ended) return;
  ended.place.classList.remove("live");
  ended.area.remove();
  ended.place.querySelectorAll(".map-acts, .map-card").forEach((one) => one.remove());
  try { ended.map?.remove(); } catch { /* A context that is lost cannot be given back. */ }
};

const begin = async () => {
  const place = document.querySelector("[data-map]");
  if (!place || !canDraw()) return;
  const words = place.dataset;
  // A map does not turn with the language: east stays on the right.
  const area = make("div", { class: "map-live", dir: "ltr" });
  const mine = { place, area, map: null };
  live = mine;
  try {
    const [library, shapes, points] = await Promise.all([import(words.library), read(words.communes), read(words.points)]);
    if (live !== mine) return;
    const language = document.documentElement.lang;
    library.setWorkerUrl(new URL(words.worker, location.href).href);
    if (language.startsWith("ar")) shaping ??= library.setRTLTextPlugin(new URL(words.shaping, location.href).href, false);
    await Promise.all([shaping, document.fonts.load('700 16px "Noto Sans Bold"'), document.fonts.load('700 16px "Noto Sans Arabic Bold"', "خريبكة")]);
    if (live !== mine) return;
    const communes = communesOf(shapes, place);
    const [west, south, east, north] = communes.bounds;
    const bounds = [[west, south], [east, north]];
    place.append(area);
    const map = new library.Map({
      container: area, style: styleOf(communes, points, colours(place.closest(".map-panel")), language),
      ...(camera ?? { bounds, fitBoundsOptions: { padding: 16 } }),
      maxBounds: [[west - 0.5, south - 0.4], [east + 0.5, north + 0.4]], maxZoom: 17,
      attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false,
      locale: { "Map.Title": words.title },
    });
    mine.map = map;
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.on("moveend", () => { camera = { center: map.getCenter(), zoom: map.getZoom() }; });
    map.on("webglcontextlost", stop);
    withControls(map, place, words, bounds);
    withClusters(map, library, words);
    await new Promise((drawn, failed) => {
      map.once("idle", drawn);
      map.once("error", ({ error }) => failed(error));
    });
    if (live === mine) place.classList.add("live");
  } catch (error) {
    if (live === mine) stop();
    console.warn("map", error);
  }
};

// The page refreshes itself by replacing its main part; the map is then drawn anew where it was.
const desk = document.querySelector(".desk");
if (desk) {
  new MutationObserver(() => {
    if (live && live.place.isConnected) return;
    stop();
    begin();
  }).observe(desk, { childList: true });
}
begin();
