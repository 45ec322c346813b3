// Biolink's categories of nodes in the colours of our types, and in words.

const TYPES = new Map(Object.entries({
  Disease: "disease", DiseaseOrPhenotypicFeature: "disease", PhenotypicFeature: "phenotype", Gene: "gene", GeneOrGeneProduct: "gene",
  Protein: "protein", Polypeptide: "protein", ChemicalEntity: "chemical", SmallMolecule: "chemical", MolecularMixture: "chemical",
  ComplexMolecularMixture: "chemical", Drug: "drug", AnatomicalEntity: "anatomy", GrossAnatomicalStructure: "anatomy", Cell: "cell_type",
  CellLine: "cell_line", OrganismTaxon: "organism", SequenceVariant: "variant", BiologicalProcess: "process", PhysiologicalProcess: "process",
  Pathway: "process", MolecularActivity: "process", CellularComponent: "component", Procedure: "procedure", ClinicalMeasurement: "test",
  Device: "device", Food: "food", PopulationOfIndividualOrganisms: "population", Outcome: "outcome", Treatment: "intervention",
}));

const bare = (category) => String(category ?? "").replace(/^biolink:/, "");

/** Return the type whose colour a category has, empty for those of none. */
export const typeOfCategory = (category) => TYPES.get(bare(category)) ?? "";

/** Return a category in words: "phenotypic feature". */
export const categoryWords = (category) => bare(category).replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase() || "no category";
