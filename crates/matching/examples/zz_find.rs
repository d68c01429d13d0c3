use onus_matching::{files, pair::Pair, prepare::Prepared};
use std::collections::BTreeMap;
fn main(){
  let dir=std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/labelled");
  let rd=|n:&str| std::fs::read_to_string(dir.join(n)).unwrap();
  let recs=files::records("r",&rd("records.jsonl")).unwrap(); let pairs=files::pairs("p",&rd("pairs.jsonl"),&recs).unwrap();
  let by=files::by_id(&recs); let show=std::env::args().nth(1);
  let mut t:BTreeMap<(String,String,String),(usize,f64)>=BTreeMap::new();
  for p in &pairs { let (l,r)=(Prepared::new(&by[p.left.as_str()].definition),Prepared::new(&by[p.right.as_str()].definition)); let pair=Pair::new(&l,&r);
    let m=pair.measures(); let d=m.iter().find(|x|x.0=="facet.decisive").unwrap().2;
    let f=pair.finding.as_ref().map_or("-".to_string(),|f|format!("{}/{}",f.facet,f.relation));
    let e=t.entry((by[p.left.as_str()].source.clone(),p.label.clone(),f.clone())).or_default(); e.0+=1; e.1+=d;
    if p.label=="same" && d>0.0 && show.as_deref()==Some(by[p.left.as_str()].source.as_str()) { println!("{f} {:?} d{d:.2}\n   {} | {}\n   {} | {}", pair.finding.as_ref().map(|f|&f.words), by[p.left.as_str()].definition.name,by[p.left.as_str()].definition.text,by[p.right.as_str()].definition.name,by[p.right.as_str()].definition.text);}
  }
  if show.is_none() { for (k,v) in t { if k.1=="same" { println!("{:?} {} {:.1}",k,v.0,v.1);} } }
}
